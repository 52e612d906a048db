package io.impresario.gateway.account;

import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.key.KeyDirectory;
import io.impresario.gateway.key.KeyLimit;
import io.impresario.gateway.key.StoredKey;
import io.impresario.gateway.key.StoredKeys;
import io.impresario.gateway.limit.RateLimits;
import io.impresario.gateway.procedure.Procedure;
import io.impresario.gateway.procedure.Procedure.Call;
import io.impresario.gateway.procedure.ProcedureGroup;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.RpcException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/auth/api-key/*}: a tenant's own keys, in the plain JSON that the client's key
 * commands speak. A key can give a new one no scope that it lacks itself, and no later expiry.
 */
@ApplicationScoped
class ApiKeyProcedures implements ProcedureGroup {
  record Created(UUID id, String name, String prefix, String start, String key) {}

  record Listed(
      UUID id,
      String name,
      String prefix,
      String start,
      boolean enabled,
      Instant createdAt,
      @Nullable Instant lastRequest) {}

  record Deleted(boolean success) {}

  private final KeyIssuing issuing;
  private final StoredKeys keys;
  private final KeyDirectory directory;
  private final RateLimits limits;
  private final Clock clock;

  @Inject
  ApiKeyProcedures(
      KeyIssuing issuing, StoredKeys keys, KeyDirectory directory, RateLimits limits, Clock clock) {
    this.limits = limits;
    this.issuing = issuing;
    this.keys = keys;
    this.directory = directory;
    this.clock = clock;
  }

  @Override
  public Map<String, Procedure> procedures() {
    return Map.of(
        "/api/auth/api-key/create", this::create,
        "/api/auth/api-key/list", this::list,
        "/api/auth/api-key/delete", this::delete);
  }

  private Uni<Created> create(Call call) {
    Input input = call.input();
    String name = input.requiredText("name", 1, 200);
    List<String> scopes = KeyIssuing.scopes(input);
    Instant expiresAt = issuing.expiry(input);
    KeyLimit asked = KeyIssuing.limit(input);
    input.check();
    List<String> given =
        scopes == null ? List.copyOf(new TreeSet<>(call.tenantCaller().scopes())) : scopes;
    given.forEach(call.tenantCaller()::require);
    return Panache.withSession(() -> keys.findById(call.tenantCaller().keyId()))
        .map(own -> within(own, new StoredKey.Grant(given, expiresAt, asked), input))
        .flatMap(grant -> issuing.issue(call.tenantCaller().tenantId(), name, grant))
        .map(
            issued ->
                new Created(
                    issued.stored().id(),
                    name,
                    ApiKey.PREFIX,
                    issued.stored().start(),
                    issued.key().text()));
  }

  /** A key hands on its own expiry and limit, or an earlier and a lower one. */
  private StoredKey.Grant within(@Nullable StoredKey own, StoredKey.Grant asked, Input input) {
    if (own == null) {
      return asked;
    }
    Instant expiresAt = expiryWithin(own.expiresAt(), asked.expiresAt(), input);
    KeyLimit limit = limitWithin(own.limit(), asked.limit(), input);
    input.check();
    return new StoredKey.Grant(asked.scopes(), expiresAt, limit);
  }

  private static @Nullable Instant expiryWithin(
      @Nullable Instant own, @Nullable Instant asked, Input input) {
    if (own == null || asked == null) {
      return asked == null ? own : asked;
    }
    if (asked.isAfter(own)) {
      boolean isTime = input.has("expires_at") && !input.isNull("expires_at");
      input.issue(
          Issue.custom(
              isTime ? "expires_at" : "expiresIn", "Is later than the expiry of this key"));
    }
    return asked;
  }

  private @Nullable KeyLimit limitWithin(
      @Nullable KeyLimit own, @Nullable KeyLimit asked, Input input) {
    if (asked == null) {
      return own;
    }
    KeyLimit most = limits.of(own);
    if (asked.requestsPerSecond() > most.requestsPerSecond()) {
      input.issue(Issue.custom("requests_per_second", "Exceeds the limit of this key"));
    }
    if (input.has("burst") && asked.burst() > most.burst()) {
      input.issue(Issue.custom("burst", "Exceeds the limit of this key"));
    }
    return new KeyLimit(asked.requestsPerSecond(), Math.min(asked.burst(), most.burst()));
  }

  private Uni<List<Listed>> list(Call call) {
    return Panache.withSession(() -> keys.of(call.tenantCaller().tenantId()))
        .map(found -> found.stream().map(this::listed).toList());
  }

  private Listed listed(StoredKey key) {
    boolean expired = key.expiresAt() != null && !clock.instant().isBefore(key.expiresAt());
    return new Listed(
        key.id(),
        key.name(),
        ApiKey.PREFIX,
        key.start(),
        !expired,
        key.createdAt(),
        key.lastUsedAt());
  }

  private Uni<Deleted> delete(Call call) {
    UUID keyId = call.input().requiredUuid("keyId");
    call.input().check();
    return Panache.withTransaction(
            () -> keys.revoke(keyId, call.tenantCaller().tenantId(), clock.instant()))
        .map(
            revoked -> {
              directory.forget(
                  revoked.orElseThrow(() -> RpcException.notFound("API key not found")));
              return new Deleted(true);
            });
  }
}
