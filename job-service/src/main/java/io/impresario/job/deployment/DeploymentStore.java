package io.impresario.job.deployment;

import io.impresario.job.bundle.ArchiveChunks;
import io.impresario.job.bundle.ArchiveKind;
import io.impresario.rpc.Cursor;
import io.impresario.sql.Page;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deployments as the API writes and reads them. Every statement names the tenant. */
@ApplicationScoped
class DeploymentStore {
  private static final String INSERT =
      """
      INSERT INTO deployment
        (id, tenant_id, entry_point, description, auto_repair, status, build_error, built_at)
      VALUES ($1, $2, $3, $4, $5, CASE WHEN $6::text IS NULL THEN 'building' ELSE 'failed' END, $6,
        CASE WHEN $6::text IS NOT NULL THEN now() END)
      RETURNING created_at
      """;

  private static final String SELECT =
      """
      SELECT d.id, d.description, d.status, d.build_error, d.entry_point, d.built_at, d.created_at,
        d.warnings, d.removed_at IS NULL AS kept,
        ARRAY(SELECT v.name FROM workflow_version v WHERE v.deployment_id = d.id ORDER BY v.name)
          AS workflows, %s AS build_log
      FROM deployment d WHERE d.tenant_id = $1
      """;

  private static final String GET = SELECT.formatted("d.build_log") + " AND d.id = $2";

  /** Without the logs: two hundred of them are a page of megabytes that nobody reads. */
  private static final String PAGE =
      Page.bounded(
          SELECT.formatted("NULL::text")
              + """
               AND ($2::timestamptz IS NULL OR (d.created_at, d.id) < ($2, $3))
              ORDER BY d.created_at DESC, d.id DESC LIMIT $4
              """,
          "COALESCE(octet_length(build_error), 0) + octet_length(warnings::text)"
              + " + octet_length(workflows::text)",
          "created_at DESC, id DESC");

  private final Pool pool;
  private final ArchiveChunks chunks;

  DeploymentStore(Pool pool, ArchiveChunks chunks) {
    this.pool = pool;
    this.chunks = chunks;
  }

  /**
   * A deployment to be.
   *
   * @param broken why it has failed already, or null
   */
  record NewDeployment(
      UUID id,
      UUID tenant,
      String entryPoint,
      @Nullable String description,
      boolean autoRepair,
      @Nullable String broken) {}

  /** A deployment as {@code sync} and {@code list} show it. */
  record Details(
      UUID id,
      UUID deploymentId,
      @Nullable String description,
      String status,
      @Nullable String sourcePath,
      @Nullable String bundlePath,
      @Nullable String buildError,
      @Nullable String buildLog,
      List<String> warnings,
      String entryPoint,
      @Nullable Instant builtAt,
      Instant createdAt,
      List<String> workflows) {

    /** Where a page that ends with this deployment goes on. */
    private String cursor() {
      return Cursor.encode(createdAt, id);
    }
  }

  /** The row and its source in one transaction: what is answered is durable. */
  Uni<Instant> insert(NewDeployment deployment, Path source) {
    return pool.withTransaction(
        tx ->
            tx.preparedQuery(INSERT)
                .execute(row(deployment))
                .map(rows -> Rows.instant(rows.iterator().next(), "created_at"))
                .call(
                    created ->
                        deployment.broken() != null
                            ? Uni.createFrom().voidItem()
                            : chunks.store(tx, deployment.id(), ArchiveKind.SOURCE, source)));
  }

  Uni<Optional<Details>> find(UUID tenant, UUID id) {
    return pool.preparedQuery(GET)
        .execute(Tuple.of(tenant, id))
        .map(rows -> Rows.first(rows, DeploymentStore::details));
  }

  /** Newest first. */
  Uni<Page<Details>> page(UUID tenant, @Nullable Cursor after, int limit) {
    OffsetDateTime time = after == null ? null : Values.utc(after.time());
    UUID id = after == null ? null : after.id();
    return pool.preparedQuery(PAGE)
        .execute(Tuple.of(tenant, time, id, limit + 1))
        .map(rows -> Page.ofBounded(rows, limit, DeploymentStore::details, Details::cursor));
  }

  private static Tuple row(NewDeployment deployment) {
    return Tuple.tuple()
        .addUUID(deployment.id())
        .addUUID(deployment.tenant())
        .addString(deployment.entryPoint())
        .addString(deployment.description())
        .addBoolean(deployment.autoRepair())
        .addString(deployment.broken());
  }

  private static Details details(Row row) {
    UUID id = row.getUUID("id");
    String status = row.getString("status");
    boolean kept = row.getBoolean("kept");
    return new Details(
        id,
        id,
        row.getString("description"),
        status,
        kept ? "deployments/" + id + "/source.tar.gz" : null,
        kept && status.equals("ready") ? "deployments/" + id + "/bundle.tar.gz" : null,
        row.getString("build_error"),
        row.getString("build_log"),
        List.of(row.getArrayOfStrings("warnings")),
        row.getString("entry_point"),
        Rows.instantOrNull(row, "built_at"),
        Rows.instant(row, "created_at"),
        List.of(row.getArrayOfStrings("workflows")));
  }
}
