package io.impresario.gateway.tenant;

import io.impresario.gateway.procedure.Procedure;
import io.impresario.gateway.procedure.Procedure.Call;
import io.impresario.gateway.procedure.ProcedureGroup;
import io.impresario.gateway.route.Access;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code tenant/settings}: shows the settings, after it has changed those that are given. */
@ApplicationScoped
class TenantProcedures implements ProcedureGroup {
  private static final int MIN_EMAIL = 3;
  private static final int MAX_EMAIL = 254;
  private static final String EMAIL = "debug_notification_email";

  record Settings(
      UUID tenantId,
      String name,
      Instant createdAt,
      boolean codeSharingEnabled,
      boolean disableJobFailureNotifications,
      @Nullable String debugNotificationEmail) {}

  private final Tenants tenants;

  @Inject
  TenantProcedures(Tenants tenants) {
    this.tenants = tenants;
  }

  @Override
  public Map<String, Procedure> procedures() {
    return Map.of("/v1/tenant/settings", this::settings);
  }

  private Uni<Settings> settings(Call call) {
    Input input = call.input();
    boolean noEmail = input.isNull(EMAIL);
    TenantChange change =
        new TenantChange(
            input.optionalBoolean("code_sharing_enabled"),
            input.optionalBoolean("disable_job_failure_notifications"),
            noEmail ? null : input.optionalText(EMAIL, MIN_EMAIL, MAX_EMAIL),
            noEmail);
    input.check();
    Caller caller = call.tenantCaller();
    Uni<@Nullable Tenant> found;
    if (change.isNone()) {
      found = Panache.withSession(() -> tenants.findById(caller.tenantId()));
    } else {
      caller.require(Access.WRITE.scope());
      found = Panache.withTransaction(() -> change(caller.tenantId(), change));
    }
    return found
        .onItem()
        .ifNull()
        .failWith(() -> RpcException.notFound("Tenant not found"))
        .map(TenantProcedures::shown);
  }

  private Uni<@Nullable Tenant> change(UUID tenantId, TenantChange change) {
    return tenants
        .findById(tenantId, LockModeType.PESSIMISTIC_WRITE)
        .onItem()
        .ifNotNull()
        .invoke(tenant -> tenant.apply(change));
  }

  private static Settings shown(Tenant tenant) {
    return new Settings(
        tenant.id(),
        tenant.name(),
        tenant.createdAt(),
        tenant.codeSharingEnabled(),
        tenant.disableJobFailureNotifications(),
        tenant.debugNotificationEmail());
  }
}
