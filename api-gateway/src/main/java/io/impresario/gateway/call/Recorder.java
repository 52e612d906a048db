package io.impresario.gateway.call;

import io.impresario.gateway.audit.AuditEntry;
import io.impresario.gateway.audit.AuditTrail;
import io.impresario.gateway.route.Route;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Ids;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What remains of a request when it is over: its row in the audit trail, its log line, its metrics.
 */
@ApplicationScoped
public class Recorder {
  private static final Logger LOG = Logger.getLogger("io.impresario.gateway.request");

  private final AuditTrail trail;
  private final MeterRegistry meters;
  private final Clock clock;

  @Inject
  public Recorder(AuditTrail trail, MeterRegistry meters, Clock clock) {
    this.trail = trail;
    this.meters = meters;
    this.clock = clock;
  }

  /** Ends at once for a route that leaves no trace, else when its row is written. */
  public Uni<Void> audit(PublicCall call, Route route, AuditSubject subject, int status) {
    if (!route.audited()) {
      return Uni.createFrom().voidItem();
    }
    Caller caller = call.caller();
    return trail.write(
        new AuditEntry(
            Ids.next(clock),
            clock.instant(),
            caller == null ? "operator" : "key",
            caller == null ? null : caller.tenantId(),
            caller == null ? null : caller.keyId(),
            route.procedure(),
            subject.text(),
            status,
            call.requestId()));
  }

  /** The response is out, or its client is gone. */
  public void served(PublicCall call, boolean completely) {
    Duration took = Duration.ofNanos(System.nanoTime() - call.startNanos());
    String procedure = call.procedure();
    int status = call.response().getStatusCode();
    Timer.builder("impresario.gateway.requests")
        .description("Requests of the public port, from their head to the end of their answer")
        .tag("procedure", procedure)
        .tag("status", completely ? Integer.toString(status) : "disconnected")
        .register(meters)
        .record(took);
    LOG.infof(
        "request.served procedure=%s method=%s status=%d complete=%s duration_ms=%.1f"
            + " bytes_in=%d bytes_out=%d tenant_id=%s key_id=%s request_id=%s",
        procedure,
        call.request().method().name(),
        status,
        completely,
        took.toNanos() / 1e6,
        call.requestBytes(),
        call.response().bytesWritten(),
        tenant(call.caller()),
        key(call.caller()),
        call.requestId());
  }

  private static String tenant(@Nullable Caller caller) {
    return caller == null ? "-" : caller.tenantId().toString();
  }

  private static String key(@Nullable Caller caller) {
    return caller == null ? "-" : caller.keyId().toString();
  }
}
