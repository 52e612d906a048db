package io.impresario.duty;

import io.impresario.sql.SqlFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * What is known of a duty's rounds: metrics, one line for each outage, and the time since the last
 * success.
 */
final class DutyRecord {
  private static final Logger LOG = Logger.getLogger(Duty.class);

  private final String name;
  private final DutyTimer timer;
  private final Clock clock;
  private final Counter succeeded;
  private final Counter failed;
  private final Counter timedOut;
  private volatile double lastSuccess;
  private volatile long aliveAt;
  private boolean failing;

  DutyRecord(String name, DutyTimer timer, Clock clock, MeterRegistry metrics) {
    this.name = name;
    this.timer = timer;
    this.clock = clock;
    this.succeeded = rounds(metrics, "succeeded");
    this.failed = rounds(metrics, "failed");
    this.timedOut = rounds(metrics, "timed_out");
    this.aliveAt = timer.nanoTime();
    Gauge.builder("impresario.duty.last.success.timestamp", this, one -> one.lastSuccess)
        .description("When the duty last had a successful round; 0 before the first")
        .baseUnit("seconds")
        .tag("duty", name)
        .register(metrics);
  }

  private Counter rounds(MeterRegistry metrics, String outcome) {
    return Counter.builder("impresario.duty.rounds")
        .description("Rounds of a background duty by how they ended")
        .tag("duty", name)
        .tag("outcome", outcome)
        .register(metrics);
  }

  /** A duty that starts, or whose dependencies were away, is given time from now. */
  void begin() {
    aliveAt = timer.nanoTime();
  }

  /** How long there has been no success although there could have been. */
  Duration sinceSuccess() {
    return Duration.ofNanos(timer.nanoTime() - aliveAt);
  }

  synchronized void succeeded() {
    aliveAt = timer.nanoTime();
    lastSuccess = clock.millis() / 1000.0;
    succeeded.increment();
    if (failing) {
      failing = false;
      LOG.infof("duty.recovered duty=%s", name);
    }
  }

  /** Logged once per outage; with its stack when it is not one of the failures that pass. */
  synchronized void failed(Throwable failure, boolean quietly) {
    (failure instanceof TimeoutException ? timedOut : failed).increment();
    if (failing || quietly) {
      return;
    }
    failing = true;
    if (SqlFault.passes(failure)) {
      LOG.warnf("duty.failing duty=%s reason=\"%s\"", name, failure);
    } else {
      LOG.warnf(failure, "duty.failing duty=%s reason=\"%s\"", name, failure);
    }
  }
}
