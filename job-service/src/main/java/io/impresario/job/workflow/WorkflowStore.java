package io.impresario.job.workflow;

import io.impresario.events.JsonText;
import io.impresario.sql.Rows;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and deletes workflows for the API. Every statement names the tenant. */
@ApplicationScoped
class WorkflowStore {
  private static final String LIST =
      """
      SELECT w.name, w.deployment_id, d.status, w.created_at, w.updated_at
      FROM workflow w JOIN deployment d ON d.id = w.deployment_id
      WHERE w.tenant_id = $1 ORDER BY w.name
      """;

  /** One row for each name that a manifest promises; one without a name while none is known. */
  private static final String BUILDING =
      """
      SELECT d.id, a.name, d.description, d.created_at,
        greatest(d.created_at, d.claimed_at) AS updated_at
      FROM deployment d LEFT JOIN LATERAL unnest(d.announced) AS a (name) ON true
      WHERE d.tenant_id = $1 AND d.status = 'building' ORDER BY d.created_at, d.id, a.name
      """;

  private static final String GET =
      """
      SELECT w.name, w.deployment_id, d.status, d.created_at AS deployment_created_at, d.built_at,
        w.created_at, w.updated_at, v.input_schema, v.output_schema
      FROM workflow w
      JOIN deployment d ON d.id = w.deployment_id
      JOIN workflow_version v ON v.workflow_id = w.id AND v.version = w.version
      WHERE w.tenant_id = $1 AND w.name = $2
      """;

  /** Its versions stay for the jobs that were made before. */
  private static final String DELETE =
      "DELETE FROM workflow WHERE tenant_id = $1 AND name = $2 RETURNING id";

  private final Pool pool;

  WorkflowStore(Pool pool) {
    this.pool = pool;
  }

  record Deployed(
      String name,
      UUID deploymentId,
      String deploymentStatus,
      Instant createdAt,
      Instant updatedAt) {}

  /** A build that may bring workflows; the name is null when nothing is known yet. */
  record Building(
      UUID buildId,
      String status,
      @Nullable String workflowName,
      @Nullable String summary,
      @Nullable String error,
      Instant createdAt,
      Instant updatedAt) {}

  record Details(
      String workflow,
      UUID deploymentId,
      String deploymentStatus,
      Instant deploymentCreatedAt,
      Instant deploymentBuiltAt,
      Instant createdAt,
      Instant updatedAt,
      @Nullable JsonText inputSchema,
      @Nullable JsonText outputSchema) {}

  Uni<List<Deployed>> deployed(UUID tenant) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(tenant))
        .map(
            rows ->
                Rows.all(
                    rows,
                    row ->
                        new Deployed(
                            row.getString("name"),
                            row.getUUID("deployment_id"),
                            row.getString("status"),
                            Rows.instant(row, "created_at"),
                            Rows.instant(row, "updated_at"))));
  }

  Uni<List<Building>> building(UUID tenant) {
    return pool.preparedQuery(BUILDING)
        .execute(Tuple.of(tenant))
        .map(
            rows ->
                Rows.all(
                    rows,
                    row ->
                        new Building(
                            row.getUUID("id"),
                            "building",
                            row.getString("name"),
                            row.getString("description"),
                            null,
                            Rows.instant(row, "created_at"),
                            Rows.instant(row, "updated_at"))));
  }

  Uni<Optional<Details>> find(UUID tenant, String workflow) {
    return pool.preparedQuery(GET)
        .execute(Tuple.of(tenant, workflow))
        .map(rows -> Rows.first(rows, WorkflowStore::details));
  }

  /** Whether there was one. */
  Uni<Boolean> delete(UUID tenant, String workflow) {
    return pool.preparedQuery(DELETE)
        .execute(Tuple.of(tenant, workflow))
        .map(rows -> rows.size() > 0);
  }

  private static Details details(Row row) {
    return new Details(
        row.getString("name"),
        row.getUUID("deployment_id"),
        row.getString("status"),
        Rows.instant(row, "deployment_created_at"),
        Rows.instant(row, "built_at"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"),
        json(row.getString("input_schema")),
        json(row.getString("output_schema")));
  }

  private static @Nullable JsonText json(@Nullable String text) {
    return text == null ? null : new JsonText(text);
  }
}
