package io.impresario.callback.delivery;

import io.impresario.callback.delivery.DeliveryStore.Room;
import io.impresario.callback.retry.RetryPlan;
import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.jboss.logging.Logger;

/**
 * Keeps the slots of one size class filled with due deliveries. A round is one claim, which takes
 * everything that has become free since the one before. All state belongs to one event loop.
 */
final class DeliveryPump {

  private static final Logger LOG = Logger.getLogger(DeliveryPump.class);
  private static final long FORGET_LANES_NANOS = Duration.ofMinutes(1).toNanos();

  /** What a pump works with; shared by the pumps of a process. */
  record Parts(
      DeliveryStore store,
      DeliveryAttempt attempt,
      AttemptRecorder recorder,
      DeliveryMetrics metrics,
      DeliveryConfig config,
      Clock clock,
      DoubleSupplier random) {}

  /**
   * Which deliveries a pump takes.
   *
   * @param name of its duty
   * @param slots attempts under way
   */
  record SizeClass(String name, boolean large, int slots) {}

  private final Parts parts;
  private final SizeClass size;
  private final LaneLimits lanes;
  private final Executor loop;
  private final RetryPlan plan;
  private final Duty duty;
  private String cursor = "";
  private long lanesForgottenAt = System.nanoTime();
  private volatile int inFlight;

  DeliveryPump(Parts parts, SizeClass size, LaneLimits lanes, Context context, Duties duties) {
    this.parts = parts;
    this.size = size;
    this.lanes = lanes;
    this.loop = action -> context.runOnContext(go -> action.run());
    this.plan = parts.config().retryPlan();
    this.duty = duties.create(DutySpec.of(size.name(), parts.config().sweep(), this::claim));
  }

  void start() {
    duty.start();
  }

  /** Looks for due deliveries, now or as soon as the claim under way has ended. Any thread. */
  void wake() {
    duty.wake();
  }

  /** Claims nothing more; attempts under way go on. */
  void stop() {
    duty.stop();
  }

  int inFlight() {
    return inFlight;
  }

  private Uni<Round> claim() {
    return Uni.createFrom()
        .item(this::room)
        .runSubscriptionOn(loop)
        .flatMap(
            room ->
                room.slots() <= 0
                    ? Uni.createFrom().item(Round.done())
                    : parts.store().claim(room).emitOn(loop).map(found -> begin(found, room)));
  }

  private Room room() {
    if (System.nanoTime() - lanesForgottenAt > FORGET_LANES_NANOS) {
      lanesForgottenAt = System.nanoTime();
      lanes.forgetIdle();
    }
    return new Room(
        size.large(), cursor, lanes.free(), lanes.start(), size.slots() - lanes.inFlight());
  }

  private Round begin(List<ClaimedDelivery> claimed, Room offered) {
    Map<String, Integer> found = new HashMap<>();
    for (ClaimedDelivery delivery : claimed) {
      found.merge(delivery.lane(), 1, Integer::sum);
      begin(delivery);
    }
    boolean more = false;
    for (Map.Entry<String, Integer> lane : found.entrySet()) {
      int free = offered.free().getOrDefault(lane.getKey(), offered.start());
      more |= lane.getValue() >= free && lanes.filled(lane.getKey());
    }
    boolean full = claimed.size() >= offered.slots();
    boolean wrap = !full && !cursor.isEmpty();
    // A full claim may have left lanes behind its last one: the next begins there.
    cursor = full ? claimed.get(claimed.size() - 1).lane() : "";
    return Round.moreIf(more || wrap || full);
  }

  private void begin(ClaimedDelivery delivery) {
    lanes.started(delivery.lane());
    inFlight = lanes.inFlight();
    Instant startedAt = parts.clock().instant();
    long nanos = System.nanoTime();
    parts
        .attempt()
        .perform(delivery)
        .otherwise(failure -> broken(delivery, failure))
        .onSuccess(
            outcome ->
                loop.execute(
                    () ->
                        ended(
                            delivery,
                            outcome,
                            startedAt,
                            Duration.ofNanos(System.nanoTime() - nanos))));
  }

  private void ended(
      ClaimedDelivery delivery, AttemptOutcome outcome, Instant startedAt, Duration took) {
    boolean wasFull = lanes.inFlight() >= size.slots();
    boolean quick =
        !(outcome instanceof Unreachable) && took.compareTo(parts.config().slowAfter()) < 0;
    boolean laneHasRoom = lanes.ended(delivery.lane(), quick);
    inFlight = lanes.inFlight();
    NextStep next =
        NextStep.after(
            outcome,
            delivery.failures() + 1,
            delivery.isTest() ? plan.withoutRetries() : plan,
            parts.random());
    AttemptReport report = new AttemptReport(delivery, outcome, next, startedAt, took);
    parts.recorder().report(report);
    if (report.isAttempt()) {
      parts.metrics().attempted(report);
    }
    if (laneHasRoom || wasFull) {
      duty.wake();
    }
  }

  private static AttemptOutcome broken(ClaimedDelivery delivery, Throwable failure) {
    LOG.errorf(failure, "delivery.broken delivery_id=%s", delivery.id());
    return new Unreachable("the attempt failed inside Impresario");
  }
}
