package io.impresario.job.limits;

import io.impresario.sql.Rows;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The exceptions from the configured limits, a row each. */
@ApplicationScoped
class JobLimitStore {
  /** Stands for all tenants. */
  static final UUID EVERYBODY = new UUID(0, 0);

  private static final String SET =
      """
      INSERT INTO job_limits (tenant_id, workflow, max_running, max_running_workflow, max_queued)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (tenant_id, workflow) DO UPDATE
         SET max_running = EXCLUDED.max_running,
             max_running_workflow = EXCLUDED.max_running_workflow,
             max_queued = EXCLUDED.max_queued
      """;

  private static final String FORGET =
      "DELETE FROM job_limits WHERE tenant_id = $1 AND workflow = $2";

  private static final String ALL =
      """
      SELECT tenant_id, workflow, max_running, max_running_workflow, max_queued FROM job_limits
       WHERE $1::uuid IS NULL OR tenant_id = $1
       ORDER BY tenant_id, workflow
      """;

  private final Pool pool;

  JobLimitStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * The limits of a tenant or of one of its workflows; what is null is as it is configured.
   *
   * @param tenantId null: all tenants
   * @param workflow null: all workflows together
   * @param maxRunning of the workflow, if there is one, else of the tenant
   * @param maxRunningWorkflow of each workflow of the tenant
   */
  record Limits(
      @Nullable UUID tenantId,
      @Nullable String workflow,
      @Nullable Integer maxRunning,
      @Nullable Integer maxRunningWorkflow,
      @Nullable Integer maxQueued) {

    boolean sayNothing() {
      return maxRunning == null && maxRunningWorkflow == null && maxQueued == null;
    }

    private UUID tenant() {
      return tenantId == null ? EVERYBODY : tenantId;
    }

    private String name() {
      return workflow == null ? "" : workflow;
    }

    private static Limits of(Row row) {
      UUID tenant = row.getUUID("tenant_id");
      String workflow = row.getString("workflow");
      return new Limits(
          tenant.equals(EVERYBODY) ? null : tenant,
          workflow.isEmpty() ? null : workflow,
          row.getInteger("max_running"),
          row.getInteger("max_running_workflow"),
          row.getInteger("max_queued"));
    }
  }

  /** Takes the place of what was set for the same tenant and workflow. */
  Uni<Void> set(Limits limits) {
    Tuple key = Tuple.of(limits.tenant(), limits.name());
    Uni<RowSet<Row>> written =
        limits.sayNothing()
            ? pool.preparedQuery(FORGET).execute(key)
            : pool.preparedQuery(SET)
                .execute(
                    key.addInteger(limits.maxRunning())
                        .addInteger(limits.maxRunningWorkflow())
                        .addInteger(limits.maxQueued()));
    return written.replaceWithVoid();
  }

  /**
   * @param tenant null: of all
   */
  Uni<List<Limits>> all(@Nullable UUID tenant) {
    return pool.preparedQuery(ALL)
        .execute(Tuple.tuple().addUUID(tenant))
        .map(rows -> Rows.all(rows, Limits::of));
  }
}
