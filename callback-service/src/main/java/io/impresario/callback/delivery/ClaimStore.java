package io.impresario.callback.delivery;

import io.impresario.callback.delivery.ClaimedDelivery.SealedSigning;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Claims due deliveries, each with a lease. */
@ApplicationScoped
class ClaimStore {

  /**
   * Takes turns among the tenants that have a ready lane, beginning after the one that was last
   * (one index probe each), and takes from each of their lanes what lane and tenant have room for,
   * until the budget is full. Lanes that wait are not looked at, so the work depends on the budget
   * alone. A lane where nothing more is due rests until its next delivery is, unless it was woken
   * since this statement began; lanes that others hold are left to them, so a claim never waits. A
   * lane that was not used for a week is deleted.
   *
   * <p>A claim whose predecessors ended without a word waits longer each time: what kills its
   * worker must not kill one every lease.
   */
  static final String CLAIM_DUE =
      """
      WITH RECURSIVE turns (tenant_id) AS (
        (SELECT l.tenant_id FROM delivery_lane l
          WHERE l.ready AND l.large = $1 AND l.proven = $2 AND l.tenant_id > $3
          ORDER BY l.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT l.tenant_id FROM delivery_lane l
                 WHERE l.ready AND l.large = $1 AND l.proven = $2 AND l.tenant_id > t.tenant_id
                 ORDER BY l.tenant_id LIMIT 1)
          FROM turns t WHERE t.tenant_id IS NOT NULL
      ), visited AS (
        SELECT l.lane, l.tenant_id, l.changes, least(l.free, share.room - l.before) AS room,
               share.room AS share, share.newcomer
          FROM turns t
         CROSS JOIN LATERAL (
                SELECT coalesce(($5::jsonb ->> t.tenant_id::text)::int, $6::int) AS room,
                       NOT $5::jsonb ? t.tenant_id::text AS newcomer) share
         CROSS JOIN LATERAL (
                SELECT o.*, sum(o.free) OVER (ORDER BY o.due_at, o.lane) - o.free AS before
                  FROM (SELECT l.*, coalesce(l.width, $9::int)
                                      - coalesce(($4::jsonb ->> l.lane)::int, 0) AS free
                          FROM delivery_lane l
                         WHERE l.ready AND l.large = $1 AND l.proven = $2
                           AND l.tenant_id = t.tenant_id
                           AND coalesce(l.width, $9::int)
                                 > coalesce(($4::jsonb ->> l.lane)::int, 0)
                         ORDER BY l.due_at LIMIT share.room) o) l
         WHERE l.before < share.room
         LIMIT $7
      ), found AS (
        SELECT v.lane, v.tenant_id, v.share, v.newcomer, due.delivery_id, due.weight
          FROM visited v CROSS JOIN LATERAL (
            SELECT q.delivery_id, q.weight FROM delivery_queue q
             WHERE q.large = $1 AND q.lane = v.lane AND q.claimable_at <= now()
             ORDER BY q.claimable_at LIMIT v.room
               FOR UPDATE SKIP LOCKED) due
         LIMIT $7
      ), placed AS (
        SELECT f.*, row_number() OVER () AS place FROM found f
      ), shared AS (
        SELECT p.*, sum(p.weight) OVER tenant AS of_tenant, row_number() OVER tenant AS place_in_tenant
          FROM placed p WINDOW tenant AS (PARTITION BY p.tenant_id ORDER BY p.place)
      ), fitting AS (
        SELECT s.*, sum(s.weight) OVER (ORDER BY s.place) AS total FROM shared s
         WHERE s.of_tenant <= s.share OR (s.newcomer AND s.place_in_tenant = 1)
      ), picked AS (
        SELECT f.delivery_id, f.lane FROM fitting f WHERE f.total <= $7
      ), claimed AS (
        UPDATE delivery_queue q
           SET claim = q.claim + 1, unrecorded = q.unrecorded + 1,
               claimable_at =
                 now() + make_interval(secs => $8::float8 * power(2, least(q.unrecorded, 6)))
          FROM picked p WHERE q.delivery_id = p.delivery_id
        RETURNING q.delivery_id, q.claim, q.lane, q.weight
      ), seen AS (
        SELECT v.lane, v.changes, coalesce(p.count, 0) AS taken,
               coalesce(p.count, 0) = coalesce(f.count, 0) AND NOT EXISTS (
                 SELECT FROM delivery_queue q
                  WHERE q.large = $1 AND q.lane = v.lane AND q.claimable_at <= now()
                 OFFSET coalesce(f.count, 0)) AS emptied
          FROM visited v
          LEFT JOIN (SELECT lane, count(*) FROM found GROUP BY lane) f ON f.lane = v.lane
          LEFT JOIN (SELECT lane, count(*) FROM picked GROUP BY lane) p ON p.lane = v.lane
      ), unchanged AS (
        SELECT l.lane, s.taken, s.emptied, CASE WHEN s.emptied THEN least(
                 (SELECT q.claimable_at FROM delivery_queue q
                   WHERE q.large = $1 AND q.lane = l.lane AND q.claimable_at > now()
                   ORDER BY q.claimable_at LIMIT 1),
                 CASE WHEN s.taken > 0 THEN now() + make_interval(secs => $8::float8) END)
               END AS next_at
          FROM seen s JOIN delivery_lane l ON l.lane = s.lane
         WHERE l.large = $1 AND l.changes = s.changes AND (s.emptied OR s.taken > 0)
           FOR UPDATE OF l SKIP LOCKED
      ), forgotten AS (
        DELETE FROM delivery_lane l USING unchanged u
         WHERE l.lane = u.lane AND l.large = $1
           AND u.emptied AND u.next_at IS NULL AND l.used_at <= now() - interval '7 days'
      ), moved AS (
        UPDATE delivery_lane l
           SET ready = NOT u.emptied, changes = l.changes + 1,
               used_at = CASE WHEN u.taken > 0 THEN now() ELSE l.used_at END,
               due_at = CASE WHEN u.emptied THEN coalesce(u.next_at, l.used_at + interval '7 days')
                             ELSE now() END
          FROM unchanged u
         WHERE l.lane = u.lane AND l.large = $1
           AND NOT (u.emptied AND u.next_at IS NULL AND l.used_at <= now() - interval '7 days')
      )
      SELECT d.id, c.claim, d.tenant_id, d.job_id, d.endpoint_id, d.event, d.failures, c.lane, d.large,
             c.weight, coalesce(l.width, $9::int) AS width,
             coalesce(e.url, d.url) AS url, b.bytes,
             coalesce(e.secret_sealed, d.secret_sealed) AS secret_sealed,
             ARRAY(SELECT p.sealed FROM previous_secret p
                    WHERE p.endpoint_id = e.id AND p.signs_until > now() ORDER BY p.id DESC) AS previous,
             coalesce(e.active OR d.event = 'webhook.test', d.endpoint_id IS NULL) AS active
        FROM claimed c
        JOIN delivery_lane l ON l.lane = c.lane AND l.large = $1
        JOIN delivery d ON d.id = c.delivery_id
        JOIN callback_body b ON b.id = d.body_id
        LEFT JOIN webhook_endpoint e ON e.id = d.endpoint_id
       ORDER BY d.tenant_id
      """;

  /**
   * What a claim may take.
   *
   * @param afterTenant where in the tenants' turns it begins
   * @param lanes attempts under way, by lane
   * @param tenants units that a tenant may take which has something under way
   * @param newcomer the same for every other tenant
   * @param free units altogether
   * @param width attempts of a lane of which nothing is known
   */
  record Room(
      boolean large,
      boolean proven,
      UUID afterTenant,
      Map<String, Object> lanes,
      Map<String, Object> tenants,
      int newcomer,
      int free,
      int width) {}

  private final Pool pool;
  private final DeliveryConfig config;

  ClaimStore(Pool pool, DeliveryConfig config) {
    this.pool = pool;
    this.config = config;
  }

  /** Leases due deliveries to this process; ordered by tenant. */
  Uni<List<ClaimedDelivery>> claim(Room room) {
    Tuple values =
        Tuple.tuple()
            .addBoolean(room.large())
            .addBoolean(room.proven())
            .addUUID(room.afterTenant())
            .addJsonObject(new JsonObject(room.lanes()))
            .addJsonObject(new JsonObject(room.tenants()))
            .addInteger(room.newcomer())
            .addLong((long) room.free())
            .addDouble(Values.seconds(config.lease()))
            .addInteger(room.width());
    return pool.preparedQuery(CLAIM_DUE)
        .execute(values)
        .map(rows -> Rows.all(rows, ClaimStore::claimed));
  }

  private static ClaimedDelivery claimed(Row row) {
    String secret = row.getString("secret_sealed");
    return new ClaimedDelivery(
        row.getUUID("id"),
        row.getInteger("claim"),
        row.getUUID("tenant_id"),
        row.getUUID("job_id"),
        row.getUUID("endpoint_id"),
        row.getString("event"),
        row.getString("url"),
        new ClaimedDelivery.Lane(
            row.getString("lane"), row.getBoolean("large"), row.getInteger("width")),
        row.getInteger("weight"),
        row.getInteger("failures"),
        row.getBuffer("bytes").getDelegate(),
        secret == null
            ? null
            : new SealedSigning(secret, List.of(row.getArrayOfStrings("previous"))),
        row.getBoolean("active"));
  }
}
