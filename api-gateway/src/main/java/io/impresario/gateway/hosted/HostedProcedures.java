package io.impresario.gateway.hosted;

import io.impresario.gateway.procedure.Procedure;
import io.impresario.gateway.procedure.Procedure.Call;
import io.impresario.gateway.procedure.ProcedureGroup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The procedures that clients of the hosted service call on their way to something else. */
@ApplicationScoped
class HostedProcedures implements ProcedureGroup {
  record Accepted(boolean success) {}

  record Recording(@Nullable String recordingUrl, @Nullable Instant recordingUrlExpiresAt) {}

  @Override
  public Map<String, Procedure> procedures() {
    return Map.of(
        "/v1/telemetry/recordCliEvent", this::drop,
        "/v1/recordings/get", this::recording);
  }

  /**
   * Telemetry is meant for the owner of the hosted service. Here it is accepted, so that clients go
   * on, and dropped.
   */
  private Uni<Accepted> drop(Call call) {
    return Uni.createFrom().item(new Accepted(true));
  }

  /** No run is recorded, so no job has one. */
  private Uni<Recording> recording(Call call) {
    call.input().requiredUuid("job_id");
    call.input().check();
    return Uni.createFrom().item(new Recording(null, null));
  }
}
