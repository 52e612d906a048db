package io.impresario.outbox.intake;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The copy of a record that goes beside its topic, with where it was and why in its headers. */
record DeadLetter(
    String topic, @Nullable String key, byte @Nullable [] body, Headers headers, String place) {
  /** What is kept of a record that is too large: enough to tell what it was. */
  static final int KEPT_BYTES = 64 * 1024;

  /** Bytes; a key or a header of ours has less. */
  private static final int KEPT_FIELD = 8 * 1024;

  /** Of the headers that say which event it is, and why it is here. */
  private static final List<String> PREFIXES = List.of("ce_", "dead-letter-");

  static DeadLetter of(ConsumerRecord<String, byte[]> record, String consumer, String why) {
    Headers headers = new RecordHeaders(record.headers().toArray());
    headers.add(CloudEventHeaders.DEAD_LETTER_REASON, utf8(why));
    headers.add(CloudEventHeaders.DEAD_LETTER_CONSUMER, utf8(consumer));
    headers.add(CloudEventHeaders.DEAD_LETTER_TOPIC, utf8(record.topic()));
    headers.add(
        CloudEventHeaders.DEAD_LETTER_PARTITION, utf8(Integer.toString(record.partition())));
    headers.add(CloudEventHeaders.DEAD_LETTER_OFFSET, utf8(Long.toString(record.offset())));
    return new DeadLetter(
        record.topic() + EventType.DEAD_LETTER_SUFFIX,
        record.key(),
        record.value(),
        headers,
        "topic=%s partition=%d offset=%d"
            .formatted(record.topic(), record.partition(), record.offset()));
  }

  /** The beginning of the body, with the size of the whole; long headers and keys are left out. */
  DeadLetter shortened() {
    Headers kept = new RecordHeaders();
    for (Header header : headers) {
      if (isKept(header)) {
        kept.add(header);
      }
    }
    int size = body == null ? 0 : body.length;
    kept.add(CloudEventHeaders.DEAD_LETTER_SIZE, utf8(Integer.toString(size)));
    return new DeadLetter(
        topic,
        key == null || key.length() > KEPT_FIELD ? null : key,
        body == null ? null : Arrays.copyOf(body, Math.min(size, KEPT_BYTES)),
        kept,
        place);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isKept(Header header) {
    return PREFIXES.stream().anyMatch(header.key()::startsWith)
        && header.value() != null
        && header.value().length <= KEPT_FIELD;
  }
}
