package io.impresario.outbox.intake;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import java.util.function.Predicate;

/**
 * What a consumer takes from a topic.
 *
 * @param consumer the name under which the inbox remembers events; never reuse one for another
 *     effect
 * @param wanted judged by the headers alone: what is not wanted is neither read nor remembered
 * @param remembers whether the inbox keeps events apart that come again
 */
public record Subscription<T>(
    String consumer, EventType<T> type, Predicate<EventHeaders> wanted, boolean remembers) {

  /** All events, each once. */
  public static <T> Subscription<T> of(String consumer, EventType<T> type) {
    return new Subscription<>(consumer, type, headers -> true, true);
  }

  /** Only events whose headers pass; those of an older producer may lack what is asked for. */
  public Subscription<T> onlyIf(Predicate<EventHeaders> headers) {
    return new Subscription<>(consumer, type, headers, remembers);
  }

  /** For an effect that is the same however often it is applied: no row in the inbox is needed. */
  public Subscription<T> ofIdempotentEffect() {
    return new Subscription<>(consumer, type, wanted, false);
  }

  boolean skips(EventHeaders headers) {
    return headers.find(CloudEventHeaders.TYPE).filter(type.ceType()::equals).isPresent()
        && !wanted.test(headers);
  }
}
