package io.impresario.gateway.account;

import io.impresario.gateway.audit.AuditEntry;
import io.impresario.gateway.audit.AuditStore;
import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.key.KeyDirectory;
import io.impresario.gateway.key.KeyLimit;
import io.impresario.gateway.key.Scope;
import io.impresario.gateway.key.StoredKey;
import io.impresario.gateway.procedure.Procedure;
import io.impresario.gateway.procedure.Procedure.Call;
import io.impresario.gateway.procedure.ProcedureGroup;
import io.impresario.gateway.tenant.Tenant;
import io.impresario.gateway.tenant.TenantFounding;
import io.impresario.gateway.tenant.Tenants;
import io.impresario.rpc.Cursor;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.sql.Page;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /v1/admin/*}: what the operator does under the admin key. */
@ApplicationScoped
class AdminProcedures implements ProcedureGroup {
  record Founded(UUID tenantId, String name, String apiKey) {}

  record TenantShown(
      UUID tenantId,
      String name,
      String status,
      Instant createdAt,
      @Nullable Instant suspendedAt) {}

  record TenantPage(List<TenantShown> tenants, @Nullable String nextCursor) {}

  record Changed(boolean success, UUID tenantId) {}

  record KeyIssued(
      UUID keyId,
      UUID tenantId,
      String name,
      String prefix,
      String start,
      List<String> scopes,
      @Nullable Instant expiresAt,
      @Nullable Integer requestsPerSecond,
      @Nullable Integer burst,
      String apiKey) {}

  record EntryShown(
      UUID id,
      Instant at,
      String actor,
      @Nullable UUID tenantId,
      @Nullable UUID keyId,
      String procedure,
      @Nullable String subject,
      int status,
      String requestId) {}

  record AuditPage(List<EntryShown> entries, @Nullable String nextCursor) {}

  private final Tenants tenants;
  private final TenantFounding founding;
  private final KeyIssuing issuing;
  private final KeyDirectory directory;
  private final AuditStore audit;
  private final Clock clock;

  @Inject
  AdminProcedures(
      Tenants tenants,
      TenantFounding founding,
      KeyIssuing issuing,
      KeyDirectory directory,
      AuditStore audit,
      Clock clock) {
    this.tenants = tenants;
    this.founding = founding;
    this.issuing = issuing;
    this.directory = directory;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public Map<String, Procedure> procedures() {
    return Map.of(
        "/v1/admin/tenants/create", this::create,
        "/v1/admin/tenants/list", this::list,
        "/v1/admin/tenants/suspend", this::suspend,
        "/v1/admin/tenants/resume", this::resume,
        "/v1/admin/keys/issue", this::issue,
        "/v1/admin/audit/list", this::auditList);
  }

  private Uni<Founded> create(Call call) {
    String name = call.input().requiredText("name", 1, 200);
    call.input().check();
    ApiKey key = issuing.newKey();
    return founding
        .found(name, key)
        .map(tenant -> new Founded(tenant.id(), tenant.name(), key.text()));
  }

  private Uni<TenantPage> list(Call call) {
    Cursor cursor = call.input().optionalCursor("cursor");
    int limit = call.input().integer("limit", 1, 200, 100);
    call.input().check();
    return Panache.withSession(() -> tenants.page(cursor, limit + 1))
        .map(found -> tenantPage(found, limit));
  }

  private static TenantPage tenantPage(List<Tenant> found, int limit) {
    Page<Tenant> page =
        Page.of(found, limit, tenant -> Cursor.encode(tenant.createdAt(), tenant.id()));
    return new TenantPage(
        page.items().stream().map(AdminProcedures::shown).toList(), page.nextCursor());
  }

  private static TenantShown shown(Tenant tenant) {
    return new TenantShown(
        tenant.id(),
        tenant.name(),
        tenant.suspendedAt() == null ? "active" : "suspended",
        tenant.createdAt(),
        tenant.suspendedAt());
  }

  private Uni<Changed> suspend(Call call) {
    UUID id = call.input().requiredUuid("tenant_id");
    call.input().check();
    return Panache.withTransaction(() -> tenants.suspend(id, clock.instant()))
        .map(found -> changed(found, id));
  }

  private Uni<Changed> resume(Call call) {
    UUID id = call.input().requiredUuid("tenant_id");
    call.input().check();
    return Panache.withTransaction(() -> tenants.resume(id)).map(found -> changed(found, id));
  }

  private Changed changed(boolean found, UUID id) {
    if (!found) {
      throw RpcException.notFound("Tenant not found");
    }
    directory.forgetAll();
    return new Changed(true, id);
  }

  private Uni<KeyIssued> issue(Call call) {
    Input input = call.input();
    UUID tenantId = input.requiredUuid("tenant_id");
    String name = input.requiredText("name", 1, 200);
    List<String> scopes = KeyIssuing.scopes(input);
    Instant expiresAt = issuing.expiry(input);
    KeyLimit limit = KeyIssuing.limit(input);
    input.check();
    return issuing
        .issue(
            tenantId,
            name,
            new StoredKey.Grant(scopes == null ? Scope.ALL : scopes, expiresAt, limit))
        .map(
            issued ->
                new KeyIssued(
                    issued.stored().id(),
                    tenantId,
                    name,
                    ApiKey.PREFIX,
                    issued.stored().start(),
                    issued.stored().scopes(),
                    expiresAt,
                    limit == null ? null : limit.requestsPerSecond(),
                    limit == null ? null : limit.burst(),
                    issued.key().text()));
  }

  private Uni<AuditPage> auditList(Call call) {
    UUID tenantId = call.input().optionalUuid("tenant_id");
    Cursor cursor = call.input().optionalCursor("cursor");
    int limit = call.input().integer("limit", 1, 500, 100);
    call.input().check();
    return audit.page(tenantId, cursor, limit + 1).map(found -> auditPage(found, limit));
  }

  private static AuditPage auditPage(List<AuditEntry> found, int limit) {
    Page<AuditEntry> page = Page.of(found, limit, entry -> Cursor.encode(entry.at(), entry.id()));
    return new AuditPage(
        page.items().stream().map(AdminProcedures::shown).toList(), page.nextCursor());
  }

  private static EntryShown shown(AuditEntry entry) {
    return new EntryShown(
        entry.id(),
        entry.at(),
        entry.actor(),
        entry.tenantId(),
        entry.keyId(),
        entry.procedure(),
        entry.subject(),
        entry.status(),
        entry.requestId());
  }
}
