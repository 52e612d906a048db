package io.impresario.outbox.intake;

import io.impresario.events.EventType;
import io.impresario.events.UndecodableEvent;
import io.impresario.outbox.OutboxRelay;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Takes a batch of records, as far as they are wanted, through one transaction: inbox rows, then
 * the effect of those that are new, then commit, then acknowledgement. What cannot be read, or
 * fails alone and again, goes to the dead-letter topic alone; what fails because the database is
 * not available is tried again until it works, and the partition waits.
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

  /** Decoding more than this holds an event loop for more than a millisecond or two. */
  private static final int INLINE_BYTES = 128 * 1024;

  private record Decoded<T>(ConsumerRecord<String, byte[]> record, Received<T> received) {}

  private record Poison(ConsumerRecord<String, byte[]> record, String reason) {}

  private record Sorted<T>(List<Decoded<T>> events, List<Poison> poisons) {}

  private final Pool pool;
  private final Inbox inbox;
  private final DeadLetters deadLetters;
  private final OutboxRelay relay;

  /** Consumers whose database is away, so that an outage is logged once. */
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();

  EventConsumption(Pool pool, Inbox inbox, DeadLetters deadLetters, OutboxRelay relay) {
    this.pool = pool;
    this.inbox = inbox;
    this.deadLetters = deadLetters;
    this.relay = relay;
  }

  /**
   * @param batch from a channel with {@code batch=true}; acknowledged when the Uni ends
   */
  public <T> Uni<Void> handle(
      Message<List<byte[]>> batch, Subscription<T> subscription, Effect<T> effect) {
    @SuppressWarnings("unchecked")
    ConsumerRecords<String, byte[]> records =
        batch
            .getMetadata(IncomingKafkaRecordBatchMetadata.class)
            .map(metadata -> (ConsumerRecords<String, byte[]>) metadata.getRecords())
            .orElseThrow(() -> new IllegalStateException("the channel needs batch=true"));
    return sorted(records, subscription)
        .flatMap(
            sorted ->
                inSequence(
                        sorted.poisons().stream()
                            .map(one -> bury(one, subscription.consumer()))
                            .toList())
                    .chain(() -> applyAll(sorted.events(), subscription, effect)))
        .invoke(relay::wake)
        .chain(() -> Uni.createFrom().completionStage(batch.ack()));
  }

  private Uni<Void> bury(Poison poison, String consumer) {
    return deadLetters.bury(poison.record(), consumer, poison.reason());
  }

  /** What is wanted, decoded: off the event loop when it is much. */
  private static <T> Uni<Sorted<T>> sorted(
      ConsumerRecords<String, byte[]> records, Subscription<T> subscription) {
    List<ConsumerRecord<String, byte[]>> wanted = new ArrayList<>();
    long bytes = 0;
    for (ConsumerRecord<String, byte[]> record : records) {
      if (!subscription.skips(new EventHeaders(record.headers()))) {
        wanted.add(record);
        bytes += record.value() == null ? 0 : record.value().length;
      }
    }
    Uni<Sorted<T>> sorted = Uni.createFrom().item(() -> decode(wanted, subscription.type()));
    return bytes <= INLINE_BYTES
        ? sorted
        : sorted.runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private static <T> Sorted<T> decode(
      List<ConsumerRecord<String, byte[]>> records, EventType<T> type) {
    Sorted<T> sorted = new Sorted<>(new ArrayList<>(), new ArrayList<>());
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        sorted.events().add(new Decoded<>(record, Received.of(type, record)));
      } catch (UndecodableEvent e) {
        sorted.poisons().add(new Poison(record, String.valueOf(e.getMessage())));
      }
    }
    return sorted;
  }

  private <T> Uni<Void> applyAll(
      List<Decoded<T>> events, Subscription<T> subscription, Effect<T> effect) {
    if (events.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return untilItPasses(inTransaction(events, subscription, effect), subscription.consumer())
        .onFailure()
        .recoverWithUni(() -> eachAlone(events, subscription, effect));
  }

  /** The batch holds an event that fails for good: the others must not fail with it. */
  private <T> Uni<Void> eachAlone(
      List<Decoded<T>> events, Subscription<T> subscription, Effect<T> effect) {
    return inSequence(events.stream().map(one -> applyAlone(one, subscription, effect)).toList());
  }

  private <T> Uni<Void> applyAlone(
      Decoded<T> event, Subscription<T> subscription, Effect<T> effect) {
    String consumer = subscription.consumer();
    return untilItPasses(inTransaction(List.of(event), subscription, effect), consumer)
        .onFailure(failure -> !SqlFault.passes(failure))
        .retry()
        .withBackOff(FIRST_BACKOFF)
        .atMost(ISOLATED_RETRIES)
        .onFailure()
        .recoverWithUni(failure -> deadLetters.bury(event.record(), consumer, failure));
  }

  private <T> Uni<Void> inTransaction(
      List<Decoded<T>> events, Subscription<T> subscription, Effect<T> effect) {
    List<String> ids = events.stream().map(one -> one.received().eventId()).toList();
    return pool.withTransaction(
        transaction ->
            fresh(transaction, subscription, ids)
                .flatMap(fresh -> effect(transaction, onlyFirst(events, fresh), effect)));
  }

  private Uni<Set<String>> fresh(
      SqlConnection transaction, Subscription<?> subscription, List<String> ids) {
    return subscription.remembers()
        ? inbox.record(transaction, subscription.consumer(), ids)
        : Uni.createFrom().item(Set.copyOf(ids));
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

  private Uni<Void> untilItPasses(Uni<Void> work, String consumer) {
    return work.ifNoItem()
        .after(BATCH_LIMIT)
        .fail()
        .onFailure(SqlFault::passes)
        .invoke(failure -> waits(consumer, failure))
        .onFailure(SqlFault::passes)
        .retry()
        .withBackOff(FIRST_BACKOFF, MAX_BACKOFF)
        .indefinitely()
        .invoke(() -> goesOn(consumer));
  }

  private void waits(String consumer, Throwable failure) {
    if (waiting.add(consumer)) {
      LOG.warnf("event.retried consumer=%s reason=\"%s\"", consumer, failure);
    }
  }

  private void goesOn(String consumer) {
    if (waiting.remove(consumer)) {
      LOG.infof("event.recovered consumer=%s", consumer);
    }
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
