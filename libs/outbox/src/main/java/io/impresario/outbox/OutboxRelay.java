package io.impresario.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
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
import org.jboss.logging.Logger;

/**
 * Brings committed events to Kafka: takes a batch of rows that no other replica holds, sends it,
 * and deletes it in the same transaction once the broker has acknowledged all of it. A crash in
 * between sends a batch again, never loses one. Order holds by topic and key only as far as a key
 * has one event per topic, which is so for every topic that goes this way.
 */
@ApplicationScoped
public class OutboxRelay {
  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);

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

  private final Pool pool;
  private final EventSender sender;
  private final Vertx vertx;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicBoolean stalled = new AtomicBoolean();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private long timer = -1;

  OutboxRelay(Pool pool, EventSender sender, Vertx vertx, MeterRegistry metrics) {
    this.pool = pool;
    this.sender = sender;
    this.vertx = vertx;
    metrics.gauge("impresario.outbox.stalled", stalled, flag -> flag.get() ? 1 : 0);
    metrics.more().counter("impresario.outbox.sent", List.of(), sent);
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(SWEEP.toMillis(), id -> wake());
  }

  void stop(@Observes ShutdownEvent event) {
    stopped.set(true);
    vertx.cancelTimer(timer);
  }

  /** Starts a drain, or makes the one under way look once more; cheap enough to call at will. */
  public void wake() {
    woken.set(true);
    if (!stopped.get() && draining.compareAndSet(false, true)) {
      vertx.runOnContext(ignored -> drain());
    }
  }

  private void drain() {
    woken.set(false);
    relayOneBatch().subscribe().with(this::drained, this::failed);
  }

  private void drained(int rows) {
    sent.addAndGet(rows);
    if (rows > 0 && stalled.compareAndSet(true, false)) {
      LOG.info("outbox.resumed");
    }
    if (rows > 0 || woken.get()) {
      vertx.runOnContext(ignored -> drain());
      return;
    }
    draining.set(false);
    if (woken.get()) {
      wake();
    }
  }

  /** Rows stay; the next sweep tries again. Said once an outage, not once a second. */
  private void failed(Throwable failure) {
    if (stalled.compareAndSet(false, true) && !stopped.get()) {
      LOG.warnf("outbox.stalled reason=\"%s\" (events wait in the outbox)", failure);
    }
    draining.set(false);
  }

  private Uni<Integer> relayOneBatch() {
    return pool.withTransaction(this::takeAndSend);
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
    return Uni.join().all(sends).andCollectFailures().replaceWith(sends.size());
  }
}
