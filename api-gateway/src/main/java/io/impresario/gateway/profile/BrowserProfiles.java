package io.impresario.gateway.profile;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The browser profiles, always read by tenant. */
@ApplicationScoped
class BrowserProfiles implements PanacheRepositoryBase<BrowserProfile, UUID> {
  /** One statement, so that two calls at once do not meet at the unique name. */
  private static final String ENSURE =
      """
      INSERT INTO BrowserProfile (id, tenantId, name, createdAt, updatedAt)
      VALUES (:id, :tenantId, :name, :now, :now)
      ON CONFLICT (tenantId, name) DO UPDATE SET updatedAt = excluded.updatedAt
      """;

  Uni<BrowserProfile> ensure(UUID newId, UUID tenantId, String name, Instant now) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createMutationQuery(ENSURE)
                    .setParameter("id", newId)
                    .setParameter("tenantId", tenantId)
                    .setParameter("name", name)
                    .setParameter("now", now)
                    .executeUpdate())
        .chain(() -> find("tenantId = ?1 and name = ?2", tenantId, name).singleResult());
  }

  Uni<List<BrowserProfile>> of(UUID tenantId) {
    return list("tenantId = ?1 order by name", tenantId);
  }

  /** How many there were. */
  Uni<Long> remove(UUID tenantId, @Nullable UUID id, @Nullable String name) {
    return delete("tenantId = ?1 and (id = ?2 or name = ?3)", tenantId, id, name);
  }
}
