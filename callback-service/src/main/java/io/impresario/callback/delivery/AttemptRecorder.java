package io.impresario.callback.delivery;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jboss.logging.Logger;

/**
 * Writes the ends of attempts: one transaction at a time, each with all that ended during the one
 * before, so that the database is asked hundreds of times a second and not thousands. What cannot
 * be written while a lease lasts is dropped: its delivery is then attempted again.
 */
@ApplicationScoped
class AttemptRecorder {

  private static final Logger LOG = Logger.getLogger(AttemptRecorder.class);

  /** Reports a transaction, each with an answer of up to 16 KiB. */
  private static final int MAX_BATCH = 256;

  private static final Duration RETRY = Duration.ofMillis(500);

  private record Waiting(AttemptReport report, long sinceNanos, boolean alone) {}

  private final DeliveryStore store;
  private final DeliveryConfig config;
  private final Vertx vertx;
  private final Clock clock;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private boolean writing;

  AttemptRecorder(DeliveryStore store, DeliveryConfig config, Vertx vertx, Clock clock) {
    this.store = store;
    this.config = config;
    this.vertx = vertx;
    this.clock = clock;
  }

  void report(AttemptReport report) {
    enqueue(new Waiting(report, System.nanoTime(), false));
    writeNext();
  }

  synchronized boolean isIdle() {
    return waiting.isEmpty() && !writing;
  }

  private synchronized void enqueue(Waiting one) {
    waiting.add(one);
  }

  private void writeNext() {
    List<Waiting> batch = takeBatch();
    if (batch.isEmpty()) {
      return;
    }
    store
        .record(batch.stream().map(Waiting::report).toList(), clock.instant())
        .subscribe()
        .with(written -> afterBatch(Duration.ZERO), failure -> failed(batch, failure));
  }

  private synchronized List<Waiting> takeBatch() {
    List<Waiting> batch = new ArrayList<>();
    if (writing) {
      return batch;
    }
    while (!waiting.isEmpty() && batch.size() < MAX_BATCH) {
      if (waiting.element().alone() && !batch.isEmpty()) {
        break;
      }
      Waiting one = waiting.remove();
      batch.add(one);
      if (one.alone()) {
        break;
      }
    }
    writing = !batch.isEmpty();
    return batch;
  }

  private void afterBatch(Duration pause) {
    Runnable next =
        () -> {
          synchronized (this) {
            writing = false;
          }
          writeNext();
        };
    if (pause.isZero()) {
      next.run();
    } else {
      vertx.setTimer(pause.toMillis(), id -> next.run());
    }
  }

  private void failed(List<Waiting> batch, Throwable failure) {
    boolean lasting = isLasting(failure);
    if (lasting && batch.size() == 1) {
      LOG.errorf(
          failure, "delivery.unrecorded delivery_id=%s", batch.get(0).report().delivery().id());
    } else {
      LOG.warnf("delivery.record_retried reports=%d reason=\"%s\"", batch.size(), failure);
      batch.stream()
          .filter(one -> System.nanoTime() - one.sinceNanos() < config.lease().toNanos())
          .forEach(one -> enqueue(new Waiting(one.report(), one.sinceNanos(), lasting)));
    }
    afterBatch(lasting ? Duration.ZERO : RETRY);
  }

  /** Data exceptions and broken constraints: the batch has a report that can never be written. */
  private static boolean isLasting(Throwable failure) {
    return !(failure instanceof PgException postgres)
        ? failure instanceof RuntimeException && !(failure instanceof io.vertx.core.VertxException)
        : String.valueOf(postgres.getSqlState()).matches("2[23].*|42.*");
  }
}
