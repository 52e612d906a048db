package io.impresario.outbox.intake;

import io.impresario.outbox.EventSender;
import io.impresario.outbox.Fate;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where a record goes that no retry can help: a copy with the reason in its headers, on the
 * dead-letter topic beside its own. Only then may it be acknowledged.
 */
@ApplicationScoped
public class DeadLetters {
  private static final Logger LOG = Logger.getLogger(DeadLetters.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

  /** Characters: enough for a sentence, little enough for a header. */
  private static final int MAX_REASON = 2_000;

  private final EventSender sender;

  DeadLetters(EventSender sender) {
    this.sender = sender;
  }

  /**
   * Ends when the broker has the copy, however often that must be tried. A record that is too large
   * for the dead-letter topic is buried shortened.
   */
  public Uni<Void> bury(ConsumerRecord<String, byte[]> record, String consumer, String why) {
    log(record, consumer, why, null);
    return send(record, consumer, why);
  }

  /** The same for what failed in our own hands: logged with its stack. */
  public Uni<Void> bury(ConsumerRecord<String, byte[]> record, String consumer, Throwable failure) {
    log(record, consumer, failure.toString(), failure);
    return send(record, consumer, failure.toString());
  }

  private static void log(
      ConsumerRecord<String, byte[]> record,
      String consumer,
      String why,
      @Nullable Throwable failure) {
    LOG.errorf(
        failure,
        "event.dead_lettered consumer=%s topic=%s partition=%d offset=%d reason=\"%s\"",
        consumer,
        record.topic(),
        record.partition(),
        record.offset(),
        why);
  }

  /**
   * A copy that the broker refuses for good is sent shortened; if that is refused too, it is gone.
   */
  private Uni<Void> send(ConsumerRecord<String, byte[]> record, String consumer, String why) {
    String reason = why.length() <= MAX_REASON ? why : why.substring(0, MAX_REASON) + "…";
    DeadLetter letter = DeadLetter.of(record, consumer, reason);
    return untilItIsTaken(letter)
        .onFailure()
        .recoverWithUni(
            refused ->
                untilItIsTaken(letter.shortened())
                    .onFailure()
                    .invoke(
                        lost ->
                            LOG.errorf(
                                "event.dead_letter_lost %s reason=\"%s\"", letter.place(), lost))
                    .onFailure()
                    .recoverWithNull());
  }

  private Uni<Void> untilItIsTaken(DeadLetter letter) {
    return Uni.createFrom()
        .deferred(() -> sender.send(letter.topic(), letter.key(), letter.body(), letter.headers()))
        .onFailure(failure -> Fate.of(failure) instanceof Fate.Waiting)
        .retry()
        .withBackOff(FIRST_BACKOFF, MAX_BACKOFF)
        .indefinitely();
  }
}
