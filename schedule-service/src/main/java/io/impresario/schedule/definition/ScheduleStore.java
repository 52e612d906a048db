package io.impresario.schedule.definition;

import io.impresario.rpc.Cursor;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The schedules of tenants; every query is bound to one tenant. */
@ApplicationScoped
class ScheduleStore implements PanacheRepositoryBase<Schedule, UUID> {
  private static final String OF_TENANT = "id = :id and tenantId = :tenant";

  /** Not now(): an update may have waited for its lock. */
  private static final String NOW = "SELECT clock_timestamp()";

  private static final String DELETE = "DELETE FROM schedule WHERE id = $1 AND tenant_id = $2";

  private final Pool pool;

  ScheduleStore(Pool pool) {
    this.pool = pool;
  }

  /** The schedule, or null: unknown and another tenant's look the same. */
  Uni<@Nullable Schedule> find(UUID tenantId, UUID id) {
    return ofTenant(tenantId, id).firstResult();
  }

  /** Locked until the transaction ends, so that a firing waits for a change and a change for it. */
  Uni<@Nullable Schedule> findForUpdate(UUID tenantId, UUID id) {
    return ofTenant(tenantId, id).withLock(LockModeType.PESSIMISTIC_WRITE).firstResult();
  }

  private PanacheQuery<Schedule> ofTenant(UUID tenantId, UUID id) {
    return find(OF_TENANT, Parameters.with("id", id).and("tenant", tenantId));
  }

  /** The database's time, in the session of the caller. */
  Uni<Instant> now() {
    return Panache.getSession()
        .flatMap(session -> session.createNativeQuery(NOW, Instant.class).getSingleResult());
  }

  /** Which schedules a list asks for; a null filters nothing. */
  record Filter(
      UUID tenantId,
      @Nullable Boolean enabled,
      @Nullable String workflow,
      @Nullable Cursor after,
      int limit) {}

  /** Newest first; one more than the limit tells that there is another page. */
  Uni<List<Schedule>> page(Filter filter) {
    StringBuilder where = new StringBuilder("tenantId = :tenant");
    Parameters parameters = Parameters.with("tenant", filter.tenantId());
    if (filter.enabled() != null) {
      where.append(" and enabled = :enabled");
      parameters.and("enabled", filter.enabled());
    }
    if (filter.workflow() != null) {
      where.append(" and workflow = :workflow");
      parameters.and("workflow", filter.workflow());
    }
    if (filter.after() != null) {
      where.append(" and (createdAt < :time or createdAt = :time and id < :id)");
      parameters.and("time", filter.after().time()).and("id", filter.after().id());
    }
    return find(where + " order by createdAt desc, id desc", parameters)
        .page(0, filter.limit() + 1)
        .list();
  }

  /** Whether there was one; its occurrences go with it, its jobs do not. */
  Uni<Boolean> delete(UUID tenantId, UUID id) {
    return pool.preparedQuery(DELETE)
        .execute(Tuple.of(id, tenantId))
        .map(deleted -> deleted.rowCount() == 1);
  }
}
