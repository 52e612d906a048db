package io.impresario.job.limits;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Refuses jobs of a tenant that has too many waiting. The count is kept by the transactions that
 * change it and read at every create. Only near the cap do the creates of a tenant follow one
 * another, under a lock of the database, so that the cap holds exactly.
 */
@ApplicationScoped
public class QueueCap {
  /** More than all replicas together can have under way. */
  private static final int MARGIN = 10_000;

  static final String CAP_AND_COUNT =
      """
      SELECT coalesce(
               (SELECT max_queued FROM job_limits WHERE tenant_id = $1 AND workflow = ''),
               (SELECT max_queued FROM job_limits
                 WHERE tenant_id = '00000000-0000-0000-0000-000000000000' AND workflow = ''),
               $2::integer) AS cap,
             (SELECT coalesce(sum(waiting), 0)::integer FROM queued_jobs WHERE tenant_id = $1)
               AS waiting
      """;

  private static final String LOCK_TENANT =
      "SELECT pg_advisory_xact_lock(hashtextextended('queue-cap:' || $1::text, 0))";

  private record Count(int cap, int waiting) {
    int room() {
      return cap - waiting;
    }
  }

  private final LimitsConfig config;
  private final TenantQueue turns = new TenantQueue();
  private final Set<UUID> far = ConcurrentHashMap.newKeySet();

  QueueCap(LimitsConfig config) {
    this.config = config;
  }

  /**
   * Runs the transaction of a create. Those of a tenant that may be near its cap take turns before
   * they take a connection, so that the ones that wait for the tenant's lock leave connections to
   * the creates of others.
   */
  public <T> Uni<T> inTurn(UUID tenant, Supplier<Uni<T>> create) {
    return far.contains(tenant) ? create.get() : turns.run(tenant, create);
  }

  /** How many more jobs the tenant may have waiting. */
  public Uni<Integer> room(SqlConnection tx, UUID tenant) {
    return count(tx, tenant)
        .flatMap(
            count ->
                count.room() <= 0 || count.room() > MARGIN
                    ? Uni.createFrom().item(count)
                    : tx.preparedQuery(LOCK_TENANT)
                        .execute(Tuple.of(tenant.toString()))
                        .chain(() -> count(tx, tenant)))
        .map(Count::room);
  }

  private Uni<Count> count(SqlConnection tx, UUID tenant) {
    return tx.preparedQuery(CAP_AND_COUNT)
        .execute(Tuple.of(tenant, config.tenantQueued()))
        .map(rows -> rows.iterator().next())
        .map(row -> new Count(row.getInteger("cap"), row.getInteger("waiting")))
        .invoke(count -> remember(tenant, count));
  }

  private void remember(UUID tenant, Count count) {
    if (count.room() > MARGIN) {
      far.add(tenant);
    } else {
      far.remove(tenant);
    }
  }
}
