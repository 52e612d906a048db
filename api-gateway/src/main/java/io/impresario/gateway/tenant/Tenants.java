package io.impresario.gateway.tenant;

import io.impresario.rpc.Cursor;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tenants of the installation. */
@ApplicationScoped
public class Tenants implements PanacheRepositoryBase<Tenant, UUID> {
  /** Newest first, from after the cursor. */
  public Uni<List<Tenant>> page(@Nullable Cursor after, int limit) {
    PanacheQuery<Tenant> found =
        after == null
            ? find("order by createdAt desc, id desc")
            : find(
                "createdAt < ?1 or createdAt = ?1 and id < ?2 order by createdAt desc, id desc",
                after.time(),
                after.id());
    return found.page(0, limit).list();
  }

  /** False when there is no such tenant; the first suspension counts. */
  public Uni<Boolean> suspend(UUID id, Instant now) {
    return update("suspendedAt = coalesce(suspendedAt, ?1) where id = ?2", now, id)
        .map(changed -> changed == 1);
  }

  /** False when there is no such tenant. */
  public Uni<Boolean> resume(UUID id) {
    return update("suspendedAt = null where id = ?1", id).map(changed -> changed == 1);
  }

  /** Null when no tenant has the name. */
  Uni<@Nullable Tenant> findOldestNamed(String name) {
    return find("name = ?1 order by createdAt, id", name).firstResult();
  }
}
