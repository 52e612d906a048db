package io.impresario.schedule.firing;

import io.impresario.schedule.firing.FiringDecision.Fire;
import io.impresario.schedule.firing.FiringDecision.Miss;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * Logs and measures each firing once it is committed. It is made at the start, so that an alarm on
 * its metrics sees a zero before the first firing.
 */
@Startup
@ApplicationScoped
class FiringLog {
  private static final Logger LOG = Logger.getLogger("io.impresario.schedule.firing");

  private final Timer lateness;
  private final Counter missed;
  private final Counter unstartable;

  FiringLog(MeterRegistry metrics) {
    this.lateness =
        Timer.builder("impresario.schedule.lateness")
            .description("From the nominal time of an occurrence to the commit that queued its job")
            .serviceLevelObjectives(
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1))
            .register(metrics);
    this.missed = metrics.counter("impresario.schedule.missed");
    this.unstartable = metrics.counter("impresario.schedule.unstartable");
  }

  /** Of a firing that was committed so long after the database's time of its claim. */
  void fired(Firing firing, Duration sinceClaim) {
    JobTemplate template = firing.due().template();
    String next = firing.decision().next().map(Instant::toString).orElse("never");
    if (firing.decision() instanceof Fire fire && firing.request().isPresent()) {
      Duration late = Duration.between(fire.nominal(), firing.due().now()).plus(sinceClaim);
      lateness.record(late);
      LOG.infof(
          "schedule.fired schedule_id=%s tenant_id=%s workflow=\"%s\" job_id=%s nominal_at=%s"
              + " lateness_ms=%d catch_up=%b next_fire_at=%s",
          template.scheduleId(),
          template.tenantId(),
          template.workflow(),
          firing.move().jobId(),
          fire.nominal(),
          late.toMillis(),
          fire.standsFor().isPresent(),
          next);
      return;
    }
    if (firing.decision() instanceof Miss) {
      missed.increment();
      LOG.warnf(
          "schedule.missed schedule_id=%s tenant_id=%s workflow=\"%s\" nominal_at=%s"
              + " next_fire_at=%s",
          template.scheduleId(),
          template.tenantId(),
          template.workflow(),
          firing.move().nominal(),
          next);
      return;
    }
    unstartable.increment();
    LOG.warnf(
        "schedule.not_started schedule_id=%s tenant_id=%s workflow=\"%s\" nominal_at=%s"
            + " reason=\"%s\" next_fire_at=%s",
        template.scheduleId(),
        template.tenantId(),
        template.workflow(),
        firing.move().nominal(),
        firing.move().error(),
        next);
  }
}
