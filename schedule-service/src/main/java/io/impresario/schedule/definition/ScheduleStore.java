package io.impresario.schedule.definition;

import io.impresario.rpc.Cursor;
import io.impresario.rpc.RpcException;
import io.impresario.sql.Page;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.smallrye.config.ConfigMapping;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
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

  private static final String ONE_CREATE_AT_A_TIME =
      "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended(:tenant, 0))) AS taken";

  private static final String PAGE =
      Page.bounded(
          """
          SELECT id, created_at, octet_length(params) AS size FROM schedule
           WHERE tenant_id = $1
             AND ($2::boolean IS NULL OR enabled = $2)
             AND ($3::text IS NULL OR workflow = $3)
             AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5))
           ORDER BY created_at DESC, id DESC LIMIT $6
          """,
          "size",
          "created_at DESC, id DESC");

  /** How many schedules there may be. */
  @ConfigMapping(prefix = "impresario.schedule.limits")
  interface Limits {
    /** Of one tenant, switched off ones included. */
    int perTenant();
  }

  private final Pool pool;
  private final Limits limits;

  ScheduleStore(Pool pool, Limits limits) {
    this.pool = pool;
    this.limits = limits;
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

  /**
   * Fails with 409 when the tenant has as many as it may have. Until the transaction ends no other
   * create of the tenant counts, so that the limit holds.
   */
  Uni<Void> requireRoom(UUID tenantId) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(ONE_CREATE_AT_A_TIME, Integer.class)
                    .setParameter("tenant", tenantId.toString())
                    .getSingleResult())
        .chain(() -> count("tenantId", tenantId))
        .invoke(
            stored -> {
              if (stored >= limits.perTenant()) {
                throw RpcException.conflict(
                    "too_many_schedules",
                    "A tenant has at most " + limits.perTenant() + " schedules");
              }
            })
        .replaceWithVoid();
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

  /** Newest first, and no more than fits into an answer: each may have a mebibyte of params. */
  Uni<Page<Schedule>> page(Filter filter) {
    return pool.preparedQuery(PAGE)
        .execute(values(filter))
        .map(rows -> Page.ofBounded(rows, filter.limit(), Place::of, Place::cursor))
        .flatMap(this::load);
  }

  private static Tuple values(Filter filter) {
    Cursor after = filter.after();
    return Tuple.tuple()
        .addUUID(filter.tenantId())
        .addBoolean(filter.enabled())
        .addString(filter.workflow())
        .addOffsetDateTime(after == null ? null : Values.utc(after.time()))
        .addUUID(after == null ? null : after.id())
        .addInteger(filter.limit() + 1);
  }

  /** Where a schedule stands in the list. */
  private record Place(UUID id, Instant createdAt) {
    private static Place of(Row row) {
      return new Place(row.getUUID("id"), Rows.instant(row, "created_at"));
    }

    private String cursor() {
      return Cursor.encode(createdAt, id);
    }
  }

  private Uni<Page<Schedule>> load(Page<Place> places) {
    List<UUID> ids = places.items().stream().map(Place::id).toList();
    return ids.isEmpty()
        ? Uni.createFrom().item(new Page<>(List.of(), null))
        : Panache.withSession(() -> list("id in ?1 order by createdAt desc, id desc", ids))
            .map(found -> new Page<>(found, places.nextCursor()));
  }

  /** Whether there was one; its occurrences go with it, its jobs do not. */
  Uni<Boolean> delete(UUID tenantId, UUID id) {
    return Panache.withTransaction(
            () -> delete(OF_TENANT, Parameters.with("id", id).and("tenant", tenantId)))
        .map(deleted -> deleted == 1);
  }
}
