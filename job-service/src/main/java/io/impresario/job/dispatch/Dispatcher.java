package io.impresario.job.dispatch;

import io.impresario.job.ledger.QueueSignal;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Fills this instance's free slots with waiting jobs: when a job was queued here, when a slot
 * became free, and by a sweep for what other replicas queued. One claim is under way at a time.
 */
@ApplicationScoped
class Dispatcher {
  private static final Logger LOG = Logger.getLogger(Dispatcher.class);

  /** How long a job waits at most for being seen when it was queued on a replica that is full. */
  private static final Duration SWEEP = Duration.ofMillis(500);

  private final ClaimStore claims;
  private final RunStarter starter;
  private final Slots slots;
  private final Vertx vertx;
  private final AtomicBoolean claiming = new AtomicBoolean();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final CompletableFuture<Void> resting = new CompletableFuture<>();
  private volatile boolean stopped;

  Dispatcher(ClaimStore claims, RunStarter starter, Slots slots, Vertx vertx) {
    this.claims = claims;
    this.starter = starter;
    this.slots = slots;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event, QueueSignal signal) {
    signal.onQueued(this::wake);
    starter.onSlotFree(this::wake);
    vertx.setPeriodic(SWEEP.toMillis(), id -> wake());
  }

  /** No claim is begun from here on; ends when the one under way has brought its jobs, if any. */
  CompletableFuture<Void> stop() {
    stopped = true;
    if (claiming.compareAndSet(false, true)) {
      resting.complete(null);
    }
    return resting;
  }

  /** Looks for work now, or once more after the look that is under way; cheap to call at will. */
  void wake() {
    woken.set(true);
    if (!stopped && slots.free() > 0 && claiming.compareAndSet(false, true)) {
      vertx.runOnContext(ignored -> claim());
    }
  }

  private void claim() {
    woken.set(false);
    int free = slots.free();
    if (stopped || free <= 0) {
      rest();
      return;
    }
    claims.claim(free).subscribe().with(jobs -> claimed(jobs), this::failed);
  }

  private void claimed(List<ClaimedJob> jobs) {
    failing.set(false);
    slots.take(jobs.size());
    jobs.forEach(starter::start);
    if (!jobs.isEmpty() || woken.get()) {
      vertx.runOnContext(ignored -> claim());
      return;
    }
    rest();
    if (woken.get()) {
      wake();
    }
  }

  private void rest() {
    claiming.set(false);
    if (stopped) {
      resting.complete(null);
    }
  }

  /** Said once an outage; the sweep tries again. */
  private void failed(Throwable failure) {
    if (failing.compareAndSet(false, true) && !stopped) {
      LOG.warnf("dispatch.stalled reason=\"%s\"", failure);
    }
    rest();
  }
}
