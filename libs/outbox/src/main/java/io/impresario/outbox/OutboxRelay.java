package io.impresario.outbox;

import static java.util.stream.Collectors.groupingBy;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;

/**
 * Brings committed events to Kafka: locks a batch of rows that no other replica holds, sends it,
 * and in the same transaction deletes what the broker has acknowledged and sets aside what it will
 * never take; the rest stays and is tried again. A crash in between sends a batch again, never
 * loses one. An event leaves after the earlier ones of its key and topic, whichever replica sends
 * them.
 */
@ApplicationScoped
public class OutboxRelay {
  /** Rows a transaction; larger gains nothing and holds rows longer. */
  static final int BATCH_ROWS = 200;

  /** Bytes a transaction, so that large results do not pile up in memory; one row always goes. */
  private static final int BATCH_BYTES = 8 * 1024 * 1024;

  /** The safety net for a wake-up that was lost with its process. */
  private static final Duration SWEEP = Duration.ofSeconds(1);

  /**
   * A key's next event follows only when the one before is gone, so a batch holds one of each. The
   * limits are literals, because a plan for any limit would read the whole table.
   */
  private static final String TAKE =
      """
      WITH locked AS (
        SELECT * FROM outbox
         WHERE position > $1
           AND NOT EXISTS (
             SELECT 1 FROM outbox earlier
              WHERE earlier.key = outbox.key AND earlier.topic = outbox.topic
                AND earlier.position < outbox.position)
         ORDER BY position LIMIT %d FOR UPDATE SKIP LOCKED
      ), sized AS (
        SELECT locked.*, count(*) OVER () AS found,
               sum(octet_length(body)) OVER (ORDER BY position) - octet_length(body) AS before
          FROM locked
      )
      SELECT * FROM sized WHERE before < %d ORDER BY position
      """
          .formatted(BATCH_ROWS, BATCH_BYTES);

  private static final String REMOVE = "DELETE FROM outbox WHERE position = ANY ($1)";

  /** Longer than the broker's client tries; shorter than PostgreSQL lets a transaction pause. */
  private static final Duration SEND_LIMIT = Duration.ofSeconds(14);

  private final Pool pool;
  private final EventSender sender;
  private final DeadEvents dead;
  private final Duty duty;
  private final AtomicBoolean stalled = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();

  /** Calls of the client that have not ended. */
  private final AtomicInteger open = new AtomicInteger();

  /** Only the one round under way uses it. */
  private volatile long after;

  OutboxRelay(
      Pool pool,
      EventSender sender,
      DeadEvents dead,
      BrokerProbe broker,
      Duties duties,
      MeterRegistry metrics) {
    this.pool = pool;
    this.sender = sender;
    this.dead = dead;
    this.duty =
        duties.create(
            DutySpec.of("outbox-relay", SWEEP, this::relayOneBatch)
                .withMaxPause(SWEEP)
                .withDependencies(broker::answers));
    metrics.gauge("impresario.outbox.stalled", stalled, flag -> flag.get() ? 1 : 0);
    metrics.more().counter("impresario.outbox.sent", List.of(), sent);
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  /** Tells of committed events. Cheap enough to call at will. */
  public void wake() {
    duty.wake();
  }

  /** The client's queue has no bound of its own: no batch follows before the last has left it. */
  private Uni<Round> relayOneBatch() {
    int left = open.get();
    if (left > 0) {
      throw new BrokerUnavailable(left + " sends of the last batch have not ended");
    }
    return pool.withTransaction(this::takeAndSend).map(this::concluded);
  }

  private Uni<SentBatch> takeAndSend(SqlConnection transaction) {
    return transaction
        .preparedQuery(TAKE)
        .execute(Tuple.of(after))
        .flatMap(this::sendAll)
        .call(batch -> remove(transaction, batch.acknowledged()))
        .call(batch -> dead.setAside(transaction, batch.refused()));
  }

  /** What has not ended in time is taken for waiting: it may be sent twice, but is not lost. */
  private Uni<SentBatch> sendAll(RowSet<Row> taken) {
    Map<Long, Fate> fates = new ConcurrentHashMap<>();
    List<Uni<Void>> sends =
        StreamSupport.stream(taken.spliterator(), false)
            .collect(groupingBy(row -> row.getString("topic")))
            .entrySet()
            .stream()
            .map(topic -> send(topic.getKey(), topic.getValue(), fates))
            .toList();
    if (sends.isEmpty()) {
      return Uni.createFrom().item(SentBatch.NONE);
    }
    return Uni.join()
        .all(sends)
        .andCollectFailures()
        .ifNoItem()
        .after(SEND_LIMIT)
        .recoverWithItem(List.of())
        .map(ended -> SentBatch.of(taken, fates));
  }

  private Uni<Void> send(String topic, List<Row> rows, Map<Long, Fate> fates) {
    return toItsEnd(sender.find(topic))
        .onFailure()
        .invoke(failure -> rows.forEach(row -> fates.put(position(row), Fate.of(failure))))
        .chain(
            () ->
                Uni.join()
                    .all(rows.stream().map(row -> send(row, fates)).toList())
                    .andCollectFailures())
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  private Uni<Fate> send(Row row, Map<Long, Fate> fates) {
    return toItsEnd(sender.send(row))
        .<Fate>map(sent -> new Fate.Acknowledged())
        .onFailure()
        .recoverWithItem(Fate::of)
        .invoke(fate -> fates.put(position(row), fate));
  }

  /** The client goes on with what it was given, also when the round no longer waits for that. */
  private Uni<Void> toItsEnd(Uni<Void> work) {
    return work.onSubscription()
        .invoke(open::incrementAndGet)
        .onTermination()
        .invoke(open::decrementAndGet)
        .memoize()
        .indefinitely();
  }

  private static long position(Row row) {
    return row.getLong("position");
  }

  private static Uni<Void> remove(SqlConnection transaction, List<Long> positions) {
    return positions.isEmpty()
        ? Uni.createFrom().voidItem()
        : transaction
            .preparedQuery(REMOVE)
            .execute(Tuple.of(positions.toArray(Long[]::new)))
            .replaceWithVoid();
  }

  /** After the commit. */
  private Round concluded(SentBatch batch) {
    sent.addAndGet(batch.acknowledged().size());
    boolean fromStart = after == 0;
    boolean waits = !batch.waiting().isEmpty();
    after = batch.nextAfter(after);
    if (waits) {
      stalled.set(true);
      throw new BrokerUnavailable(batch.waiting().get(0));
    }
    if (fromStart) {
      stalled.set(false);
    }
    return Round.moreIf(!batch.isEmpty() || !fromStart);
  }

  /** The events wait in the outbox. The reason says all; the stacks of each of them say no more. */
  private static final class BrokerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerUnavailable(String reason) {
      super("Kafka does not take events: " + reason, null, false, false);
    }
  }
}
