package io.impresario.callback.delivery;

import io.impresario.callback.delivery.DeliveryPump.SizeClass;
import io.impresario.duty.Duties;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The life of the workers: two pumps, one for ordinary bodies and one for large ones, woken when a
 * delivery is made.
 */
@ApplicationScoped
public class DeliveryDispatcher {

  private static final long DRAIN_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final DeliveryConfig config;
  private final AttemptRecorder recorder;
  private final List<DeliveryPump> pumps;

  DeliveryDispatcher(
      Vertx vertx,
      DeliveryConfig config,
      DeliveryStore store,
      DeliveryAttempt attempt,
      AttemptRecorder recorder,
      DeliveryMetrics metrics,
      Duties duties,
      Clock clock) {
    this.config = config;
    this.recorder = recorder;
    DeliveryPump.Parts parts =
        new DeliveryPump.Parts(
            store,
            attempt,
            recorder,
            metrics,
            config,
            clock,
            () -> ThreadLocalRandom.current().nextDouble());
    Context context = vertx.getOrCreateContext();
    this.pumps =
        List.of(
            new DeliveryPump(
                parts,
                new SizeClass("delivery-pump", false, config.maxInFlight()),
                new LaneLimits(config.startInFlightPerTarget(), config.maxInFlightPerTarget()),
                context,
                duties),
            new DeliveryPump(
                parts,
                new SizeClass("large-delivery-pump", true, config.maxLargeInFlight()),
                new LaneLimits(1, 1),
                context,
                duties));
    metrics.inFlight("ordinary", pumps.get(0)::inFlight);
    metrics.inFlight("large", pumps.get(1)::inFlight);
  }

  void start(@Observes StartupEvent event) {
    pumps.forEach(DeliveryPump::start);
  }

  /**
   * Waits for attempts under way; what is left is attempted again when its lease ends. Before the
   * other duties stop: the recorder still writes.
   */
  void stop(@Observes @Priority(Interceptor.Priority.APPLICATION) ShutdownEvent event) {
    pumps.forEach(DeliveryPump::stop);
    long deadline = System.nanoTime() + config.drain().toNanos();
    while (isBusy() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(DRAIN_CHECK_NANOS);
    }
  }

  /** Tells the workers that something may be due; cheap, from any thread. */
  public void wake() {
    pumps.forEach(DeliveryPump::wake);
  }

  private boolean isBusy() {
    return !recorder.isIdle() || pumps.stream().anyMatch(pump -> pump.inFlight() > 0);
  }
}
