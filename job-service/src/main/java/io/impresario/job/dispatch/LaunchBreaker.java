package io.impresario.job.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Keeps jobs away from an executor that cannot launch them. After a few launches in a row that
 * failed nothing is claimed for a while, then one job at a time tells whether it works again. While
 * nothing is claimed this instance is not ready, and says why.
 */
@Default
@Readiness
@ApplicationScoped
class LaunchBreaker implements HealthCheck {
  private static final Logger LOG = Logger.getLogger(LaunchBreaker.class);

  /** One failure may be the job's own doing (an odd proxy, say); three of different jobs hardly. */
  private static final int LAUNCHES = 3;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;
  private int failures;
  private int pauses;
  private long suspendedAt;
  private boolean probing;
  private String reason = "";

  @Inject
  LaunchBreaker(MeterRegistry metrics) {
    this(System::nanoTime);
    metrics.gauge("impresario.launches.suspended", this, one -> one.isOpen() ? 1 : 0);
    // Shown from the start; the ledger counts.
    metrics.counter("impresario.jobs.given.back");
  }

  LaunchBreaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How many jobs may be claimed for so many free slots. */
  synchronized int admits(int free) {
    if (pauses == 0) {
      return free;
    }
    return isOpen() || probing ? 0 : Math.min(1, free);
  }

  /** So many jobs were claimed. */
  synchronized void claimed(int jobs) {
    probing = pauses > 0 && jobs > 0;
  }

  /** A browser was launched. */
  synchronized void worked() {
    if (pauses > 0) {
      LOG.infof("launches.resumed pauses=%d", pauses);
    }
    failures = 0;
    pauses = 0;
    probing = false;
  }

  /** A run is over, whether or not it has told that this executor can launch. */
  synchronized void over() {
    probing = false;
  }

  /** A job was not launched, and not through a fault of its own. */
  synchronized void failed(String why) {
    failures++;
    probing = false;
    if (failures >= LAUNCHES && !isOpen()) {
      suspend(why);
    }
  }

  /** Nothing can be launched here. */
  synchronized void blocked(String why) {
    if (!isOpen()) {
      suspend(why);
    }
  }

  @Override
  public synchronized HealthCheckResponse call() {
    HealthCheckResponseBuilder check = HealthCheckResponse.named("launches jobs").status(!isOpen());
    return isOpen() ? check.withData("reason", reason).build() : check.build();
  }

  private void suspend(String why) {
    if (pauses == 0) {
      LOG.errorf("launches.suspended reason=\"%s\"", why);
    }
    reason = why;
    pauses++;
    suspendedAt = nanoTime.getAsLong();
    probing = false;
  }

  private synchronized boolean isOpen() {
    return pauses > 0 && nanoTime.getAsLong() - suspendedAt < pause().toNanos();
  }

  private Duration pause() {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(pauses - 1, 8));
    return doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
  }
}
