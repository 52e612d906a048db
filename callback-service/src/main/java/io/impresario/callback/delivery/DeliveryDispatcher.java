package io.impresario.callback.delivery;

import io.impresario.callback.delivery.DeliveryPump.Budget;
import io.impresario.callback.lane.LaneStore;
import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
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
import java.util.stream.Stream;

/**
 * The life of the workers: a pump for each budget, woken when a delivery is made or its time has
 * come.
 */
@ApplicationScoped
public class DeliveryDispatcher {

  /** Lanes that one round makes ready. */
  private static final int RIPE_LANES = 1000;

  private static final long DRAIN_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final DeliveryConfig config;
  private final AttemptRecorder recorder;
  private final LaneStore lanes;
  private final List<DeliveryPump> pumps;
  private final Duty dueLanes;

  DeliveryDispatcher(
      Vertx vertx,
      DeliveryConfig config,
      ClaimStore store,
      LaneStore lanes,
      DeliveryAttempt attempt,
      AttemptRecorder recorder,
      DeliveryMetrics metrics,
      Duties duties,
      Clock clock) {
    this.config = config;
    this.recorder = recorder;
    this.lanes = lanes;
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
    int large = config.maxLargeMebibytes();
    this.pumps =
        Stream.of(
                new Budget("delivery-pump", false, true, config.maxInFlight()),
                new Budget("unproven-delivery-pump", false, false, config.maxUnprovenInFlight()),
                new Budget("large-delivery-pump", true, true, large),
                new Budget("unproven-large-delivery-pump", true, false, large))
            .map(budget -> new DeliveryPump(parts, budget, context, duties))
            .toList();
    this.dueLanes = duties.create(DutySpec.of("due-lanes", config.sweep(), this::wakeDueLanes));
    recorder.whenLanesTurn(this::wake);
    pumps.forEach(pump -> metrics.inFlight(pump.budget(), pump::inFlight));
  }

  void start(@Observes StartupEvent event) {
    pumps.forEach(DeliveryPump::start);
    dueLanes.start();
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

  /**
   * Retries whose time has come, leases that have run out, and lanes that another replica, which
   * may be gone, made ready.
   */
  private Uni<Round> wakeDueLanes() {
    return lanes
        .ripen(RIPE_LANES)
        .call(
            ripe ->
                lanes
                    .anyReady()
                    .invoke(
                        ready -> {
                          if (ready) {
                            wake();
                          }
                        }))
        .map(ripe -> Round.moreIf(ripe == RIPE_LANES));
  }

  private boolean isBusy() {
    return !recorder.isIdle() || pumps.stream().anyMatch(pump -> pump.inFlight() > 0);
  }
}
