package io.impresario.callback.delivery;

import io.impresario.callback.delivery.DeliveryStore.Room;
import io.impresario.callback.retry.RetryPlan;
import io.impresario.callback.sending.DeliveryOutcome;
import io.impresario.callback.sending.DeliveryOutcome.Unreachable;
import io.vertx.core.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jboss.logging.Logger;

/**
 * Keeps the slots of one size class filled with due deliveries. All its state belongs to one event
 * loop; one claim is under way at a time, and takes everything that has become free meanwhile.
 */
final class DeliveryPump {

  private static final Logger LOG = Logger.getLogger(DeliveryPump.class);

  /** What a pump works with; shared by the pumps of a process. */
  record Parts(
      DeliveryStore store,
      DeliveryAttempt attempt,
      AttemptRecorder recorder,
      DeliveryMetrics metrics,
      DeliveryConfig config,
      Clock clock,
      DoubleSupplier random) {}

  private final Parts parts;
  private final boolean large;
  private final int slots;
  private final LaneLimits lanes;
  private final Context context;
  private final RetryPlan plan;
  private String cursor = "";
  private boolean claiming;
  private boolean wanted;
  private boolean stalled;
  private boolean stopped;
  private volatile int inFlight;

  DeliveryPump(Parts parts, boolean large, int slots, LaneLimits lanes, Context context) {
    this.parts = parts;
    this.large = large;
    this.slots = slots;
    this.lanes = lanes;
    this.context = context;
    this.plan = parts.config().retryPlan();
  }

  /** Looks for due deliveries, now or as soon as the claim under way has ended. Any thread. */
  void wake() {
    context.runOnContext(go -> claimIfRoom());
  }

  void forgetIdleLanes() {
    context.runOnContext(go -> lanes.forgetIdle());
  }

  /** Claims nothing more; what is under way goes on. */
  void stop() {
    context.runOnContext(go -> stopped = true);
  }

  int inFlight() {
    return inFlight;
  }

  private void claimIfRoom() {
    if (claiming) {
      wanted = true;
      return;
    }
    int room = slots - lanes.inFlight();
    if (room <= 0 || stopped) {
      return;
    }
    claiming = true;
    wanted = false;
    Room offered = new Room(large, cursor, lanes.free(), lanes.start(), room);
    parts
        .store()
        .claim(offered, parts.clock().instant())
        .subscribe()
        .with(
            claimed -> context.runOnContext(go -> claimed(claimed, offered)),
            failure -> context.runOnContext(go -> failed(failure)));
  }

  private void claimed(List<ClaimedDelivery> claimed, Room offered) {
    claiming = false;
    stalled = false;
    Map<String, Integer> found = new HashMap<>();
    for (ClaimedDelivery delivery : claimed) {
      found.merge(delivery.lane(), 1, Integer::sum);
      begin(delivery);
    }
    found.forEach(
        (lane, count) ->
            wanted |=
                count >= offered.free().getOrDefault(lane, offered.start()) && lanes.filled(lane));
    boolean full = claimed.size() >= offered.slots();
    boolean wrap = !full && !cursor.isEmpty();
    // A full claim may have left lanes behind its last one: the next begins there.
    cursor = full ? claimed.get(claimed.size() - 1).lane() : "";
    if (wanted || wrap || full) {
      claimIfRoom();
    }
  }

  /** Rows stay due; the next sweep tries again. Said once an outage. */
  private void failed(Throwable failure) {
    claiming = false;
    if (!stalled) {
      stalled = true;
      LOG.warnf("delivery.stalled reason=\"%s\" (deliveries wait)", failure);
    }
  }

  private void begin(ClaimedDelivery delivery) {
    lanes.started(delivery.lane());
    inFlight = lanes.inFlight();
    Instant startedAt = parts.clock().instant();
    long nanos = System.nanoTime();
    parts
        .attempt()
        .perform(delivery)
        .onComplete(
            done ->
                context.runOnContext(
                    go -> {
                      DeliveryOutcome outcome =
                          done.succeeded() ? done.result() : broken(delivery, done.cause());
                      ended(
                          delivery,
                          outcome,
                          startedAt,
                          Duration.ofNanos(System.nanoTime() - nanos));
                    }));
  }

  private void ended(
      ClaimedDelivery delivery, DeliveryOutcome outcome, Instant startedAt, Duration took) {
    boolean wasFull = lanes.inFlight() >= slots;
    boolean quick =
        !(outcome instanceof Unreachable) && took.compareTo(parts.config().slowAfter()) < 0;
    boolean laneHasRoom = lanes.ended(delivery.lane(), quick);
    inFlight = lanes.inFlight();
    NextStep next =
        NextStep.after(
            outcome,
            delivery.failures() + 1,
            delivery.isTest() ? plan.withoutRetries() : plan,
            parts.random(),
            parts.clock().instant());
    AttemptReport report = new AttemptReport(delivery, outcome, next, startedAt, took);
    parts.recorder().report(report);
    if (report.isAttempt()) {
      parts.metrics().attempted(report);
    }
    if (laneHasRoom || wasFull) {
      claimIfRoom();
    }
  }

  private static DeliveryOutcome broken(ClaimedDelivery delivery, Throwable failure) {
    LOG.errorf(failure, "delivery.broken delivery_id=%s", delivery.id());
    return new Unreachable("the attempt failed inside Impresario");
  }
}
