package io.impresario.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.events.spec.JobSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
  static Iterable<EventType<?>> types() {
    return EventType.ALL;
  }

  /** A golden sample changes only together with a new version of its type. */
  @ParameterizedTest
  @MethodSource("types")
  void readsAndWritesTheGoldenSampleUnchanged(EventType<?> type) throws IOException {
    roundTrip(type, golden(type));
  }

  @ParameterizedTest
  @MethodSource("types")
  void ignoresFieldsThatItDoesNotKnow(EventType<?> type) throws IOException {
    String body = golden(type);
    String extended = "{\"a_new_field\":{\"x\":[1]}," + body.substring(1);
    assertThat(decode(type, extended)).isEqualTo(decode(type, body));
  }

  @ParameterizedTest
  @MethodSource("types")
  void namesAFieldThatIsMissing(EventType<?> type) {
    assertThatThrownBy(() -> decode(type, "{}")).isInstanceOf(UndecodableEvent.class);
    assertThatThrownBy(() -> decode(type, "null")).isInstanceOf(UndecodableEvent.class);
    assertThatThrownBy(() -> decode(type, "{\"job_id\":")).isInstanceOf(UndecodableEvent.class);
  }

  @Test
  void namesAFieldThatIsMissingInside() throws IOException {
    String body = golden(EventType.JOB_REQUESTED);
    assertThatThrownBy(
            () -> decode(EventType.JOB_REQUESTED, body.replace("\"country\":\"US\",", "")))
        .isInstanceOf(UndecodableEvent.class)
        .hasMessageContaining("spec.residentialProxy lacks country");
  }

  /** What an older or simpler producer does not say is left to the workflow. */
  @Test
  void takesASpecThatSaysLittle() {
    JobRequested event =
        decode(
            EventType.JOB_REQUESTED,
            "{\"job_id\":\"0198d3a1-7c00-7000-8000-000000000001\","
                + "\"tenant_id\":\"0198d3a1-7c00-7000-8000-0000000000aa\",\"workflow\":\"w\","
                + "\"params\":{},\"spec\":{\"timeout_seconds\":60,\"disable_default_proxy\":false,"
                + "\"skip_callbacks\":false,\"a_new_option\":1},\"source\":\"schedule\","
                + "\"requested_at\":\"2026-01-02T03:00:00.012Z\"}");
    assertThat(event.spec()).isEqualTo(JobSpec.ofTimeout(60));
  }

  @Test
  void keepsTheTextOfEmbeddedJson() {
    for (String json :
        new String[] {
          "{\"big\":9007199254740993,\"f\":1.0,\"e\":1e400,\"ü\":\"\\u0041é😀\"}",
          "[1, 2 ,{\"a\":\"}\"}]",
          "\"text\"",
          "12345678901234567890.10",
          "true",
          "-0"
        }) {
      JobFinished event = finished(new JsonText(json));
      byte[] body = EventCodec.encode(EventType.JOB_FINISHED, event);
      assertThat(EventCodec.decode(EventType.JOB_FINISHED, body)).isEqualTo(event);
      assertThat(new String(body, StandardCharsets.UTF_8)).contains("\"result\":" + json);
    }
  }

  @Test
  void aWrittenNullIsAValueAndAnAbsentOneIsNone() {
    for (JsonText result : new JsonText[] {JsonText.NULL, null}) {
      byte[] body = EventCodec.encode(EventType.JOB_FINISHED, finished(result));
      assertThat(EventCodec.decode(EventType.JOB_FINISHED, body).result()).isEqualTo(result);
    }
  }

  private static JobFinished finished(JsonText result) {
    Instant at = Instant.parse("2026-01-02T03:04:05.678Z");
    UUID id = new UUID(1, 2);
    return new JobFinished(
        id,
        id,
        "w",
        id,
        1,
        JobOutcome.COMPLETED,
        null,
        null,
        null,
        result,
        null,
        null,
        null,
        at,
        at,
        at,
        false,
        null);
  }

  private static <T> void roundTrip(EventType<T> type, String body) {
    T event = decode(type, body);
    assertThat(new String(EventCodec.encode(type, event), StandardCharsets.UTF_8)).isEqualTo(body);
  }

  private static <T> T decode(EventType<T> type, String body) {
    return EventCodec.decode(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String golden(EventType<?> type) throws IOException {
    try (InputStream in =
        EventCodecTest.class.getResourceAsStream("/golden/" + type.ceType() + ".json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
