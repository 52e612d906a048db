package io.impresario.job.ledger;

import io.impresario.job.lifecycle.JobEnd;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Tells the operator of each job's end: one wide log line, a counter and two timers. */
@ApplicationScoped
class JobLog {
  private static final Logger LOG = Logger.getLogger("io.impresario.job");

  private final MeterRegistry metrics;

  JobLog(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  void givenBack(UUID job, int attempt, boolean made) {
    if (made) {
      metrics.counter("impresario.jobs.given.back").increment();
      LOG.infof("job.given_back job_id=%s attempt=%d", job, attempt);
    }
  }

  void ended(EndedRow job, JobEnd end) {
    String status = end.status().text();
    String failure = end instanceof JobEnd.Failed failed ? failed.code().text() : "none";
    metrics.counter("impresario.jobs.ended", "status", status, "failure_code", failure).increment();
    metrics.timer("impresario.jobs.waited").record(job.waited());
    metrics.timer("impresario.jobs.ran", "status", status).record(job.ran());
    LOG.infof(
        "job.ended job_id=%s tenant_id=%s workflow=\"%s\" deployment_id=%s attempt=%d status=%s"
            + " failure_code=%s schedule_id=%s waited_ms=%d ran_ms=%d total_ms=%d",
        job.id(),
        job.tenantId(),
        job.workflow(),
        job.deploymentId(),
        job.attempt(),
        status,
        failure,
        job.scheduleId(),
        job.waited().toMillis(),
        job.ran().toMillis(),
        Duration.between(job.createdAt(), job.completedAt()).toMillis());
  }
}
