package io.impresario.job.dispatch;

import io.impresario.job.lease.Instance;
import io.impresario.job.lease.LeaseConfig;
import io.impresario.job.limits.LimitsConfig;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Claims waiting jobs. Claims of all replicas follow one another (an advisory lock, held for a
 * millisecond), so that limits over all replicas hold exactly; a job that is being cancelled
 * meanwhile is passed by.
 */
@ApplicationScoped
class ClaimStore {
  // One number for this purpose in this database; any other number would do.
  private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4242000110)";

  /**
   * Walks the distinct (tenant, workflow) pairs of the queue by index, takes the oldest jobs of
   * each pair as far as its limits leave room, and orders by turn: a job's turn is the number of
   * jobs that its tenant would be running with it. So a tenant that runs nothing comes before one
   * that runs something, and among equals who was served least recently.
   */
  static final String CLAIM =
      """
      WITH RECURSIVE queues (tenant_id, workflow) AS (
        (SELECT tenant_id, workflow FROM jobs WHERE status = 'queued'
          ORDER BY tenant_id, workflow LIMIT 1)
        UNION ALL
        SELECT following.tenant_id, following.workflow
          FROM queues CROSS JOIN LATERAL (
            SELECT tenant_id, workflow FROM jobs
             WHERE status = 'queued'
               AND (tenant_id, workflow) > (queues.tenant_id, queues.workflow)
             ORDER BY tenant_id, workflow LIMIT 1) following
      ), running AS (
        SELECT tenant_id, workflow, count(*)::integer AS jobs FROM jobs
         WHERE active GROUP BY tenant_id, workflow
      ), tenants AS (
        SELECT waiting.tenant_id, coalesce(busy.jobs, 0) AS running, turns.claimed_at,
               coalesce(own.max_running, common.max_running, $3::integer) AS cap,
               coalesce(own.max_running_workflow, common.max_running_workflow, $4::integer)
                 AS workflow_cap
          FROM (SELECT DISTINCT tenant_id FROM queues) waiting
          LEFT JOIN (SELECT tenant_id, sum(jobs)::integer AS jobs FROM running
                      GROUP BY tenant_id) busy USING (tenant_id)
          LEFT JOIN job_limits own ON own.tenant_id = waiting.tenant_id AND own.workflow = ''
          LEFT JOIN job_limits common
            ON common.tenant_id = '00000000-0000-0000-0000-000000000000' AND common.workflow = ''
          LEFT JOIN tenant_turns turns ON turns.tenant_id = waiting.tenant_id
      ), heads AS (
        SELECT head.id, head.created_at, tenants.*
          FROM queues
          JOIN tenants USING (tenant_id)
          LEFT JOIN running USING (tenant_id, workflow)
          LEFT JOIN job_limits exact
            ON exact.tenant_id = queues.tenant_id AND exact.workflow = queues.workflow
          CROSS JOIN LATERAL (
            SELECT id, created_at FROM jobs
             WHERE status = 'queued' AND tenant_id = queues.tenant_id
               AND workflow = queues.workflow
               AND (due_at IS NULL OR due_at > clock_timestamp())
             ORDER BY created_at, id
             LIMIT greatest(0, least($2::integer, tenants.cap - tenants.running,
               coalesce(exact.max_running, tenants.workflow_cap) - coalesce(running.jobs, 0)))
          ) head
      ), ranked AS (
        SELECT heads.*,
               row_number() OVER (PARTITION BY tenant_id ORDER BY created_at, id) AS nth
          FROM heads
      ), picked AS (
        SELECT id FROM ranked WHERE running + nth <= cap
         ORDER BY running + nth, claimed_at NULLS FIRST, created_at, id
         LIMIT $2::integer
      ), free AS (
        SELECT id FROM jobs WHERE id IN (SELECT id FROM picked) AND status = 'queued'
           FOR UPDATE SKIP LOCKED
      ), claimed AS (
        UPDATE jobs
           SET status = 'starting_browser', attempt = attempt + 1, owner = $1,
               lease_expires_at = clock_timestamp() + make_interval(secs => $5),
               due_at = clock_timestamp() + make_interval(secs => $6),
               claimed_at = clock_timestamp(), timeline_seq = timeline_seq + 1
          FROM free WHERE jobs.id = free.id
        RETURNING jobs.*
      ), noted AS (
        INSERT INTO job_timeline (job_id, seq, event, at, attempt, from_status, to_status)
        SELECT id, timeline_seq, 'claimed', claimed_at, attempt, 'queued', status FROM claimed
      ), served AS (
        INSERT INTO tenant_turns (tenant_id, claimed_at)
        SELECT tenant_id, max(claimed_at) FROM claimed GROUP BY tenant_id
        ON CONFLICT (tenant_id) DO UPDATE SET claimed_at = EXCLUDED.claimed_at
      )
      SELECT id, tenant_id, workflow, deployment_id, attempt, params, spec, credential_names,
             traceparent
        FROM claimed ORDER BY created_at, id
      """;

  private final Pool pool;
  private final Instance instance;
  private final LimitsConfig limits;
  private final LeaseConfig lease;
  private final DispatchConfig config;

  ClaimStore(
      Pool pool, Instance instance, LimitsConfig limits, LeaseConfig lease, DispatchConfig config) {
    this.pool = pool;
    this.instance = instance;
    this.limits = limits;
    this.lease = lease;
    this.config = config;
  }

  /** Up to {@code max} jobs, ours once the Uni has ended. */
  Uni<List<ClaimedJob>> claim(int max) {
    return pool.withTransaction(
        tx -> tx.query(ONE_AT_A_TIME).execute().chain(() -> claim(tx, max)));
  }

  private Uni<List<ClaimedJob>> claim(SqlConnection tx, int max) {
    Tuple values =
        Tuple.tuple()
            .addUUID(instance.id())
            .addInteger(max)
            .addInteger(limits.tenantRunning())
            .addInteger(limits.workflowRunning())
            .addDouble(Values.seconds(lease.duration()))
            .addDouble(Values.seconds(config.launchLimit()));
    return tx.preparedQuery(CLAIM).execute(values).map(rows -> Rows.all(rows, ClaimedJob::of));
  }
}
