package io.impresario.callback.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Reports every attempt: one wide log line, and a timer by outcome. */
@ApplicationScoped
class DeliveryMetrics {

  private static final Logger LOG = Logger.getLogger("io.impresario.callback.delivery");

  private final MeterRegistry registry;

  DeliveryMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void inFlight(DeliveryPump.Budget budget, Supplier<Number> count) {
    Gauge.builder("impresario.delivery.in.flight", count)
        .tag("size", budget.large() ? "large" : "ordinary")
        .tag("target", budget.proven() ? "proven" : "unproven")
        .register(registry);
  }

  void attempted(AttemptReport report) {
    ClaimedDelivery delivery = report.delivery();
    Duration took = report.took();
    registry
        .timer("impresario.delivery.attempts", "outcome", report.outcome().label())
        .record(took);
    LOG.infof(
        "delivery.attempted delivery_id=%s tenant_id=%s job_id=%s webhook_endpoint_id=%s"
            + " event=%s attempt=%d outcome=%s status=%s duration_ms=%d body_bytes=%d state=%s retry_in_ms=%s"
            + " error=\"%s\"",
        delivery.id(),
        delivery.tenantId(),
        delivery.jobId(),
        delivery.endpointId(),
        delivery.event(),
        delivery.claim(),
        report.outcome().label(),
        report.outcome().httpStatus().map(String::valueOf).orElse("-"),
        took.toMillis(),
        delivery.body().length(),
        report.next().state(),
        report.next().delay().map(delay -> Long.toString(delay.toMillis())).orElse("-"),
        report.outcome().error().orElse(""));
  }
}
