package io.impresario.outbox;

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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;

/**
 * Brings committed events to Kafka: takes a batch of rows that no other replica holds, sends it,
 * and deletes it in the same transaction once the broker has acknowledged all of it. A crash in
 * between sends a batch again, never loses one. Order holds by topic and key only as far as a key
 * has one event per topic, which is so for every topic that goes this way.
 */
@ApplicationScoped
public class OutboxRelay {
  /** Rows a transaction; larger gains nothing and holds rows longer. */
  static final int BATCH_ROWS = 200;

  /** Bytes a transaction, so that large results do not pile up in memory; one row always goes. */
  private static final int BATCH_BYTES = 8 * 1024 * 1024;

  /** The safety net for a wake-up that was lost with its process. */
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private static final String TAKE =
      """
      WITH locked AS (
        SELECT position, octet_length(body) AS size
          FROM outbox ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED
      ), sized AS (
        SELECT position, sum(size) OVER (ORDER BY position) - size AS before FROM locked
      )
      DELETE FROM outbox USING sized
       WHERE outbox.position = sized.position AND sized.before < $2
      RETURNING outbox.*
      """;

  /** Longer than the broker's client tries; shorter than PostgreSQL lets a transaction pause. */
  private static final Duration SEND_LIMIT = Duration.ofSeconds(14);

  private final Pool pool;
  private final EventSender sender;
  private final Duty duty;
  private final AtomicBoolean stalled = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();

  OutboxRelay(
      Pool pool, EventSender sender, BrokerProbe broker, Duties duties, MeterRegistry metrics) {
    this.pool = pool;
    this.sender = sender;
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

  private Uni<Round> relayOneBatch() {
    return pool.withTransaction(this::takeAndSend)
        .invoke(sent::addAndGet)
        .map(rows -> Round.moreIf(rows > 0));
  }

  private Uni<Integer> takeAndSend(SqlConnection transaction) {
    return transaction
        .preparedQuery(TAKE)
        .execute(Tuple.of(BATCH_ROWS, (long) BATCH_BYTES))
        .flatMap(this::sendAll);
  }

  private Uni<Integer> sendAll(RowSet<Row> taken) {
    List<Uni<Void>> sends =
        StreamSupport.stream(taken.spliterator(), false)
            .sorted(Comparator.comparing((Row row) -> row.getLong("position")))
            .map(sender::send)
            .toList();
    if (sends.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return Uni.join()
        .all(sends)
        .andCollectFailures()
        .ifNoItem()
        .after(SEND_LIMIT)
        .fail()
        .invoke(() -> stalled.set(false))
        .onFailure()
        .invoke(() -> stalled.set(true))
        .onFailure()
        .transform(BrokerUnavailable::new)
        .replaceWith(sends.size());
  }

  /** The events wait in the outbox. The reason says all; the stacks of each of them say no more. */
  private static final class BrokerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerUnavailable(Throwable cause) {
      super("Kafka does not take events: " + cause, null, false, false);
    }
  }
}
