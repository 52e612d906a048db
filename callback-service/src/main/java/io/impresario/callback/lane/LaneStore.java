package io.impresario.callback.lane;

import static io.impresario.sql.Values.column;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Makes lanes ready: when a delivery is made or wanted again, and when one's time has come. */
@ApplicationScoped
public class LaneStore {

  /**
   * Locks lanes in the same order as every other statement, so that transactions do not deadlock.
   */
  private static final String WAKE =
      """
      INSERT INTO delivery_lane AS l (lane, large, tenant_id, ready, due_at, used_at)
      SELECT lane, large, tenant_id, true, now(), now()
        FROM unnest($1::text[], $2::bool[], $3::uuid[]) AS w (lane, large, tenant_id)
       ORDER BY lane, large
      ON CONFLICT (lane, large) DO UPDATE
         SET ready = true, used_at = now(), changes = l.changes + 1,
             due_at = CASE WHEN l.ready THEN l.due_at ELSE now() END
      """;

  private static final String RIPEN =
      """
      UPDATE delivery_lane l SET ready = true, changes = l.changes + 1
        FROM (SELECT lane, large FROM delivery_lane
               WHERE NOT ready AND due_at <= now()
               ORDER BY due_at LIMIT $1
                 FOR UPDATE SKIP LOCKED) ripe
       WHERE l.lane = ripe.lane AND l.large = ripe.large
      """;

  private static final String ANY_READY =
      "SELECT EXISTS (SELECT FROM delivery_lane WHERE ready) AS ready";

  /** A lane that has something due. */
  public record Woken(String lane, boolean large, UUID tenantId) {}

  private final Pool pool;

  LaneStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Has to be the last statement of the transaction that puts deliveries into the lanes: claims
   * pass by a lane that is locked.
   */
  public Uni<Void> wake(SqlConnection transaction, Collection<Woken> lanes) {
    List<Woken> distinct = lanes.stream().distinct().toList();
    return transaction
        .preparedQuery(WAKE)
        .execute(
            Tuple.of(
                column(distinct, String[]::new, Woken::lane),
                column(distinct, Boolean[]::new, Woken::large),
                column(distinct, UUID[]::new, Woken::tenantId)))
        .replaceWithVoid();
  }

  /** Makes lanes ready whose time has come, and answers how many they were. */
  public Uni<Integer> ripen(int limit) {
    return pool.preparedQuery(RIPEN).execute(Tuple.of((long) limit)).map(ripe -> ripe.rowCount());
  }

  /** Whether a claim could find anything; asked often, so it costs less than a claim. */
  public Uni<Boolean> anyReady() {
    return pool.query(ANY_READY).execute().map(rows -> rows.iterator().next().getBoolean("ready"));
  }
}
