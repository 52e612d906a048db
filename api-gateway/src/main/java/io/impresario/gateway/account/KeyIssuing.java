package io.impresario.gateway.account;

import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.key.KeyLimit;
import io.impresario.gateway.key.Scope;
import io.impresario.gateway.key.StoredKey;
import io.impresario.gateway.key.StoredKey.Grant;
import io.impresario.gateway.key.StoredKeys;
import io.impresario.gateway.tenant.Tenants;
import io.impresario.rpc.Ids;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.RpcException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Creates a key, shows it once and keeps its hash. */
@ApplicationScoped
class KeyIssuing {
  /** A key that was just made, with the only copy of its text. */
  record Issued(ApiKey key, StoredKey stored) {}

  /** More than any replica can answer. */
  private static final int MAX_PER_SECOND = 1_000_000;

  private final Tenants tenants;
  private final StoredKeys keys;
  private final Clock clock;
  private final RandomGenerator random = new SecureRandom();

  KeyIssuing(Tenants tenants, StoredKeys keys, Clock clock) {
    this.tenants = tenants;
    this.keys = keys;
    this.clock = clock;
  }

  ApiKey newKey() {
    return ApiKey.random(random);
  }

  /** Fails with 404 when there is no such tenant. */
  Uni<Issued> issue(UUID tenantId, String name, Grant grant) {
    ApiKey key = newKey();
    StoredKey stored = new StoredKey(Ids.next(clock), tenantId, name, key, grant, clock.instant());
    return Panache.withTransaction(
            () ->
                tenants
                    .findById(tenantId)
                    .onItem()
                    .ifNull()
                    .failWith(() -> RpcException.notFound("Tenant not found"))
                    .chain(() -> keys.persist(stored)))
        .replaceWith(new Issued(key, stored));
  }

  /** The input's {@code scopes}, without repeats; null when it names none. */
  static @Nullable List<String> scopes(Input input) {
    List<String> named = input.optionalTexts("scopes", 10, 20);
    if (named == null) {
      return null;
    }
    if (named.isEmpty()) {
      input.issue(Issue.custom("scopes", "Name at least one scope"));
    }
    for (int i = 0; i < named.size(); i++) {
      if (!Scope.ALL.contains(named.get(i))) {
        input.issue(Issue.invalidEnumValue(List.of("scopes", i), Scope.ALL, named.get(i)));
      }
    }
    return new ArrayList<>(new LinkedHashSet<>(named));
  }

  /**
   * The input's {@code requests_per_second}, with {@code burst} or a burst of two seconds; null
   * when it names none.
   */
  static @Nullable KeyLimit limit(Input input) {
    Integer perSecond = input.optionalInt("requests_per_second", 1, MAX_PER_SECOND);
    Integer burst = input.optionalInt("burst", 1, MAX_PER_SECOND);
    if (perSecond == null) {
      if (burst != null) {
        input.issue(Issue.custom("burst", "Requires requests_per_second"));
      }
      return null;
    }
    return new KeyLimit(perSecond, burst == null ? 2 * perSecond : burst);
  }

  /**
   * The input's {@code expires_at}, or {@code expiresIn} in seconds as the client's key command
   * says it.
   */
  @Nullable Instant expiry(Input input) {
    Instant now = clock.instant();
    Instant expiresAt = input.isNull("expires_at") ? null : input.optionalInstant("expires_at");
    if (expiresAt != null && !expiresAt.isAfter(now)) {
      input.issue(Issue.custom("expires_at", "Must be in the future"));
    }
    Integer expiresIn =
        input.isNull("expiresIn") ? null : input.optionalInt("expiresIn", 1, Integer.MAX_VALUE);
    if (expiresAt == null && expiresIn != null) {
      return now.plusSeconds(expiresIn);
    }
    return expiresAt;
  }
}
