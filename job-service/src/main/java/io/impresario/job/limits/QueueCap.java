package io.impresario.job.limits;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses jobs of a tenant that has too many waiting. Counting a long queue at every create would
 * cost more than the create, so a count is kept for a second and what was created meanwhile is
 * added; only near the cap is the queue locked for the tenant and counted exactly.
 */
@ApplicationScoped
public class QueueCap {
  /** How long a count is good for far from the cap; other replicas' creates are missed so long. */
  private static final Duration COUNT_AGE = Duration.ofSeconds(1);

  private static final String CAP_AND_COUNT =
      """
      SELECT cap, (SELECT count(*)::integer FROM (
               SELECT 1 FROM jobs WHERE tenant_id = $1 AND status = 'queued' LIMIT cap) waiting)
               AS waiting
        FROM (SELECT coalesce(
                (SELECT max_queued FROM job_limits WHERE tenant_id = $1 AND workflow = ''),
                (SELECT max_queued FROM job_limits
                  WHERE tenant_id = '00000000-0000-0000-0000-000000000000' AND workflow = ''),
                $2::integer) AS cap) limits
      """;

  private static final String LOCK_TENANT =
      "SELECT pg_advisory_xact_lock(hashtextextended('queue-cap:' || $1::text, 0))";

  private record Count(int cap, int waiting, Instant at) {}

  private final LimitsConfig config;
  private final Clock clock;
  private final ConcurrentHashMap<UUID, Count> counts = new ConcurrentHashMap<>();

  QueueCap(LimitsConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * How many more jobs the tenant may have waiting.
   *
   * @param wanted how many are about to be queued in this transaction
   */
  public Uni<Integer> room(SqlConnection tx, UUID tenant, int wanted) {
    Count known = counts.get(tenant);
    if (known != null && fresh(known) && farFromCap(known, wanted)) {
      counts.computeIfPresent(tenant, (id, c) -> new Count(c.cap, c.waiting + wanted, c.at));
      return Uni.createFrom().item(known.cap - known.waiting);
    }
    return count(tx, tenant)
        .flatMap(
            count ->
                farFromCap(count, wanted)
                    ? Uni.createFrom().item(count.cap - count.waiting)
                    : tx.preparedQuery(LOCK_TENANT)
                        .execute(Tuple.of(tenant.toString()))
                        .chain(() -> count(tx, tenant))
                        .map(exact -> exact.cap - exact.waiting));
  }

  private Uni<Count> count(SqlConnection tx, UUID tenant) {
    return tx.preparedQuery(CAP_AND_COUNT)
        .execute(Tuple.of(tenant, config.tenantQueued()))
        .map(rows -> rows.iterator().next())
        .map(row -> new Count(row.getInteger("cap"), row.getInteger("waiting"), clock.instant()))
        .invoke(count -> counts.put(tenant, count));
  }

  private boolean fresh(Count count) {
    return Duration.between(count.at, clock.instant()).compareTo(COUNT_AGE) < 0;
  }

  /** Far enough that a second's worth of other replicas' creates does not matter. */
  private static boolean farFromCap(Count count, int wanted) {
    return count.cap > 1000 && count.waiting + wanted < count.cap * 0.9;
  }
}
