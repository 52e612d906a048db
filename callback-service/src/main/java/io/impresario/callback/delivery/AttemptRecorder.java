package io.impresario.callback.delivery;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.sql.SqlFault;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Writes the ends of attempts: a round is one transaction with all that ended during the one
 * before, so that there are hundreds of statements per second instead of thousands. Reports that
 * cannot be written while their lease lasts are dropped: their deliveries are attempted again.
 */
@ApplicationScoped
class AttemptRecorder {

  private static final Logger LOG = Logger.getLogger(AttemptRecorder.class);

  /** Reports in a transaction, each with an answer of up to 16 KiB. */
  private static final int MAX_BATCH = 256;

  private record Waiting(AttemptReport report, long sinceNanos) {}

  private final ReportStore store;
  private final DeliveryConfig config;
  private final Duty duty;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  private volatile Runnable lanesTurned = () -> {};

  /** So many at the head go one by one, because one of them can never be written. */
  private int alone;

  AttemptRecorder(ReportStore store, DeliveryConfig config, Duties duties) {
    this.store = store;
    this.config = config;
    this.duty = duties.create(DutySpec.of("attempt-recorder", config.sweep(), this::write));
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  void report(AttemptReport report) {
    synchronized (this) {
      waiting.add(new Waiting(report, System.nanoTime()));
    }
    duty.wake();
  }

  /** What to do when a lane that may have something due has changed its budget. */
  void whenLanesTurn(Runnable action) {
    lanesTurned = action;
  }

  private void turned(boolean someLane) {
    if (someLane) {
      lanesTurned.run();
    }
  }

  synchronized boolean isIdle() {
    return waiting.isEmpty();
  }

  Uni<Round> write() {
    List<Waiting> batch = head();
    if (batch.isEmpty()) {
      return Uni.createFrom().item(Round.done());
    }
    return store
        .record(batch.stream().map(Waiting::report).toList())
        .invoke(() -> remove(batch))
        .invoke(this::turned)
        .replaceWithVoid()
        .onFailure(failure -> !SqlFault.passes(failure))
        .recoverWithUni(failure -> refused(batch, failure))
        .onFailure()
        .invoke(this::dropExpired)
        .map(written -> Round.moreIf(!isIdle()));
  }

  /** What is written next; it stays in the queue until it is. */
  private synchronized List<Waiting> head() {
    return waiting.stream().limit(alone > 0 ? 1 : MAX_BATCH).toList();
  }

  /** One by one from the head: a round that was given up may still come to its end. */
  private synchronized void remove(List<Waiting> batch) {
    for (Waiting one : batch) {
      if (waiting.peek() == one) {
        waiting.remove();
        alone = Math.max(0, alone - 1);
      }
    }
  }

  /** One report of the batch breaks a constraint or cannot be stored: the others must not wait. */
  private Uni<Void> refused(List<Waiting> batch, Throwable failure) {
    if (batch.size() > 1) {
      synchronized (this) {
        alone = batch.size();
      }
    } else {
      log(batch.get(0), failure);
      remove(batch);
    }
    return Uni.createFrom().voidItem();
  }

  private synchronized void dropExpired(Throwable failure) {
    long lease = config.lease().toNanos();
    List<Waiting> expired =
        waiting.stream().filter(one -> System.nanoTime() - one.sinceNanos() > lease).toList();
    expired.forEach(one -> log(one, failure));
    remove(expired);
  }

  private static void log(Waiting dropped, Throwable failure) {
    LOG.errorf(
        "delivery.unrecorded delivery_id=%s reason=\"%s\"",
        dropped.report().delivery().id(), failure);
  }
}
