package io.impresario.outbox;

import io.impresario.events.EventType;
import io.impresario.events.UndecodableEvent;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Takes a batch of records through one transaction: inbox rows, then the effect of those that are
 * new, then commit, then acknowledgement. What cannot be read, or fails alone and again, goes to
 * the dead-letter topic alone; what fails because the database is not available is tried again
 * until it works, and the partition waits.
 */
@ApplicationScoped
public class EventConsumption {
  private static final Logger LOG = Logger.getLogger(EventConsumption.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

  /**
   * A batch is a few statements, each with limits of its own. Beyond this it is tried again; the
   * inbox keeps two tries apart.
   */
  private static final Duration BATCH_LIMIT = Duration.ofMinutes(2);

  /** How often an event is tried alone that fails for no known passing reason. */
  private static final int ISOLATED_RETRIES = 2;

  /** What to do with new events, in the transaction that also marks them as done. */
  @FunctionalInterface
  public interface Effect<T> {
    Uni<Void> apply(SqlConnection transaction, List<Received<T>> events);

    /** The effect of one event after the other. */
    static <T> Effect<T> each(SingleEffect<T> effect) {
      return (transaction, events) ->
          Multi.createFrom()
              .iterable(events)
              .onItem()
              .transformToUniAndConcatenate(event -> effect.apply(transaction, event))
              .collect()
              .last()
              .replaceWithVoid();
    }
  }

  /** What to do with one new event. */
  @FunctionalInterface
  public interface SingleEffect<T> {
    Uni<Void> apply(SqlConnection transaction, Received<T> event);
  }

  private record Decoded<T>(ConsumerRecord<String, byte[]> record, Received<T> received) {}

  private final Pool pool;
  private final Inbox inbox;
  private final DeadLetters deadLetters;
  private final OutboxRelay relay;

  EventConsumption(Pool pool, Inbox inbox, DeadLetters deadLetters, OutboxRelay relay) {
    this.pool = pool;
    this.inbox = inbox;
    this.deadLetters = deadLetters;
    this.relay = relay;
  }

  /**
   * @param batch from a channel with {@code batch=true}; acknowledged when the Uni ends
   * @param consumer the name under which the inbox remembers events; never reuse one for another
   *     effect
   */
  public <T> Uni<Void> handle(
      Message<List<byte[]>> batch, String consumer, EventType<T> type, Effect<T> effect) {
    @SuppressWarnings("unchecked")
    ConsumerRecords<String, byte[]> records =
        batch
            .getMetadata(IncomingKafkaRecordBatchMetadata.class)
            .map(metadata -> (ConsumerRecords<String, byte[]>) metadata.getRecords())
            .orElseThrow(() -> new IllegalStateException("the channel needs batch=true"));
    List<Uni<Void>> poisons = new ArrayList<>();
    List<Decoded<T>> events = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        events.add(new Decoded<>(record, Received.of(type, record)));
      } catch (UndecodableEvent e) {
        poisons.add(deadLetters.bury(record, consumer, String.valueOf(e.getMessage())));
      }
    }
    return inSequence(poisons)
        .chain(() -> applyAll(events, consumer, effect))
        .invoke(relay::wake)
        .chain(() -> Uni.createFrom().completionStage(batch.ack()));
  }

  private <T> Uni<Void> applyAll(List<Decoded<T>> events, String consumer, Effect<T> effect) {
    if (events.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return untilItPasses(inTransaction(events, consumer, effect), consumer)
        .onFailure()
        .recoverWithUni(() -> eachAlone(events, consumer, effect));
  }

  /** The batch holds an event that fails for good: the others must not fail with it. */
  private <T> Uni<Void> eachAlone(List<Decoded<T>> events, String consumer, Effect<T> effect) {
    return inSequence(events.stream().map(one -> applyAlone(one, consumer, effect)).toList());
  }

  private <T> Uni<Void> applyAlone(Decoded<T> event, String consumer, Effect<T> effect) {
    return untilItPasses(inTransaction(List.of(event), consumer, effect), consumer)
        .onFailure(failure -> !SqlFault.passes(failure))
        .retry()
        .withBackOff(FIRST_BACKOFF)
        .atMost(ISOLATED_RETRIES)
        .onFailure()
        .recoverWithUni(failure -> deadLetters.bury(event.record(), consumer, failure));
  }

  private <T> Uni<Void> inTransaction(List<Decoded<T>> events, String consumer, Effect<T> effect) {
    List<String> ids = events.stream().map(one -> one.received().eventId()).toList();
    return pool.withTransaction(
        transaction ->
            inbox
                .record(transaction, consumer, ids)
                .flatMap(fresh -> effect(transaction, onlyFirst(events, fresh), effect)));
  }

  private static <T> Uni<Void> effect(
      SqlConnection transaction, List<Received<T>> fresh, Effect<T> effect) {
    return fresh.isEmpty() ? Uni.createFrom().voidItem() : effect.apply(transaction, fresh);
  }

  /** An event that stands twice in one batch counts once. */
  private static <T> List<Received<T>> onlyFirst(List<Decoded<T>> events, Set<String> fresh) {
    Set<String> open = new HashSet<>(fresh);
    return events.stream().map(Decoded::received).filter(e -> open.remove(e.eventId())).toList();
  }

  private static Uni<Void> untilItPasses(Uni<Void> work, String consumer) {
    return work.ifNoItem()
        .after(BATCH_LIMIT)
        .fail()
        .onFailure(SqlFault::passes)
        .invoke(e -> LOG.warnf("event.retried consumer=%s reason=\"%s\"", consumer, e))
        .onFailure(SqlFault::passes)
        .retry()
        .withBackOff(FIRST_BACKOFF, MAX_BACKOFF)
        .indefinitely();
  }

  private static Uni<Void> inSequence(List<Uni<Void>> steps) {
    return Multi.createFrom()
        .iterable(steps)
        .onItem()
        .transformToUniAndConcatenate(step -> step)
        .collect()
        .last()
        .replaceWithVoid();
  }
}
