package io.impresario.gateway.tenant;

import io.impresario.gateway.procedure.Procedure;
import io.impresario.gateway.procedure.Procedure.Call;
import io.impresario.gateway.procedure.ProcedureGroup;
import io.impresario.rpc.RpcException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** {@code tenant/settings}, and where the client sends its telemetry. */
@ApplicationScoped
class TenantProcedures implements ProcedureGroup {
  record Settings(UUID tenantId, String name, Instant createdAt) {}

  record Accepted(boolean success) {}

  private final Tenants tenants;

  @Inject
  TenantProcedures(Tenants tenants) {
    this.tenants = tenants;
  }

  @Override
  public Map<String, Procedure> procedures() {
    return Map.of(
        "/v1/tenant/settings", this::settings,
        "/v1/telemetry/recordCliEvent", this::drop);
  }

  private Uni<Settings> settings(Call call) {
    return Panache.withSession(() -> tenants.findById(call.tenantCaller().tenantId()))
        .onItem()
        .ifNull()
        .failWith(() -> RpcException.notFound("Tenant not found"))
        .map(tenant -> new Settings(tenant.id(), tenant.name(), tenant.createdAt()));
  }

  /**
   * Telemetry is meant for the owner of the hosted service. Here it is accepted, so that clients go
   * on, and dropped.
   */
  private Uni<Accepted> drop(Call call) {
    return Uni.createFrom().item(new Accepted(true));
  }
}
