package io.impresario.callback.delivery;

import io.impresario.callback.delivery.ClaimStore.Room;
import io.impresario.callback.retry.RetryPlan;
import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Answered;
import io.impresario.callback.sending.AttemptOutcome.NotTried;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.callback.sending.AttemptOutcome.Unsigned;
import io.impresario.callback.sending.AttemptOutcome.Withdrawn;
import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one budget filled with due deliveries. A round is one claim, which takes everything that
 * has become free since the one before. All state belongs to one event loop.
 */
final class DeliveryPump {

  private static final Logger LOG = Logger.getLogger(DeliveryPump.class);
  private static final UUID FIRST = new UUID(0, 0);

  /** What a pump works with; shared by the pumps of a process. */
  record Parts(
      ClaimStore store,
      DeliveryAttempt attempt,
      AttemptRecorder recorder,
      DeliveryMetrics metrics,
      DeliveryConfig config,
      Clock clock,
      DoubleSupplier random) {}

  /**
   * What one pump may have under way: deliveries of one size to targets of one standing. Targets
   * that have not answered in time yet, or no longer do, have budgets of their own, so that they
   * cannot take the slots of those that answer.
   *
   * @param name of the pump's duty
   * @param proven whether for targets that answered in time when they were last asked
   * @param units an ordinary body takes one, a large one as many as it has mebibytes
   */
  record Budget(String name, boolean large, boolean proven, int units) {}

  /** Whoever knows of something due wakes the pump. Once in so many sweeps it looks by itself. */
  private static final int SWEEPS = 60;

  private final Parts parts;
  private final Budget budget;
  private final UnderWay underWay;
  private final Executor loop;
  private final RetryPlan plan;
  private final Duty duty;
  private UUID cursor = FIRST;
  private volatile int inFlight;

  DeliveryPump(Parts parts, Budget budget, Context context, Duties duties) {
    this.parts = parts;
    this.budget = budget;
    this.underWay = new UnderWay(budget.units());
    this.loop = action -> context.runOnContext(go -> action.run());
    this.plan = parts.config().retryPlan();
    this.duty =
        duties.create(
            DutySpec.of(budget.name(), parts.config().sweep().multipliedBy(SWEEPS), this::claim));
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

  Budget budget() {
    return budget;
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
                room.free() <= 0
                    ? Uni.createFrom().item(Round.done())
                    : parts.store().claim(room).emitOn(loop).map(found -> begin(found, room)));
  }

  private Room room() {
    return new Room(
        budget.large(),
        budget.proven(),
        cursor,
        underWay.lanes(),
        underWay.rooms(),
        underWay.roomOfNewcomer(),
        underWay.free(),
        budget.large() ? 1 : parts.config().startInFlightPerTarget());
  }

  /** Claims continue until one finds nothing in a whole turn, or no room is left. */
  private Round begin(List<ClaimedDelivery> claimed, Room offered) {
    claimed.forEach(this::begin);
    boolean full = claimed.stream().mapToInt(ClaimedDelivery::weight).sum() >= offered.free();
    boolean wholeTurn = cursor.equals(FIRST) && !full;
    // A full claim may have left tenants behind its last one, and so may one with large bodies, of
    // which the next did not fit: the next claim begins there.
    boolean goOn = full || (budget.large() && !claimed.isEmpty());
    cursor = goOn ? claimed.get(claimed.size() - 1).tenantId() : FIRST;
    return Round.moreIf(!claimed.isEmpty() || !wholeTurn);
  }

  private void begin(ClaimedDelivery delivery) {
    underWay.started(delivery);
    inFlight = underWay.attempts();
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
    boolean waited = underWay.ended(delivery);
    inFlight = underWay.attempts();
    NextStep next =
        NextStep.after(
            outcome,
            delivery.failures() + 1,
            delivery.isTest() ? plan.withoutRetries() : plan,
            parts.random());
    AttemptReport report =
        new AttemptReport(delivery, outcome, next, startedAt, took, quick(outcome, took));
    parts.recorder().report(report);
    if (report.isAttempt()) {
      parts.metrics().attempted(report);
    }
    if (waited) {
      duty.wake();
    }
  }

  private @Nullable Boolean quick(AttemptOutcome outcome, Duration took) {
    if (outcome instanceof Withdrawn
        || outcome instanceof NotTried
        || outcome instanceof Unsigned) {
      return null;
    }
    return outcome instanceof Answered && took.compareTo(parts.config().slowAfter()) < 0;
  }

  private static AttemptOutcome broken(ClaimedDelivery delivery, Throwable failure) {
    LOG.errorf(failure, "delivery.broken delivery_id=%s", delivery.id());
    return new Unreachable("the attempt failed inside Impresario");
  }
}
