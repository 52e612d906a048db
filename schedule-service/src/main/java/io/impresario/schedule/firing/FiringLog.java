package io.impresario.schedule.firing;

import io.impresario.schedule.firing.FiringDecision.Fire;
import io.impresario.schedule.firing.FiringDecision.Miss;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** One wide line and the metrics of each firing, once it is committed. */
@ApplicationScoped
class FiringLog {
  private static final Logger LOG = Logger.getLogger("io.impresario.schedule.firing");

  private final Clock clock;
  private final Timer lateness;
  private final Counter missed;
  private final Counter unstartable;

  FiringLog(Clock clock, MeterRegistry metrics) {
    this.clock = clock;
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

  void fired(Firing firing) {
    JobTemplate template = firing.due().template();
    String next = firing.decision().next().map(Instant::toString).orElse("never");
    if (firing.decision() instanceof Fire fire && firing.request().isPresent()) {
      Duration late = Duration.between(fire.nominal(), clock.instant());
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
    boolean isMiss = firing.decision() instanceof Miss;
    (isMiss ? missed : unstartable).increment();
    LOG.warnf(
        "schedule.%s schedule_id=%s tenant_id=%s workflow=\"%s\" nominal_at=%s reason=\"%s\""
            + " next_fire_at=%s",
        isMiss ? "missed" : "unstartable",
        template.scheduleId(),
        template.tenantId(),
        template.workflow(),
        firing.move().nominal(),
        isMiss ? "older than the catch-up window" : firing.move().error(),
        next);
  }
}
