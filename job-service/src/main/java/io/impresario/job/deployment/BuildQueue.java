package io.impresario.job.deployment;

import io.impresario.job.bundle.ArchiveChunks;
import io.impresario.job.bundle.ArchiveKind;
import io.impresario.job.executor.BuildOutcome;
import io.impresario.job.workflow.WorkflowPublication;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The deployments that wait for their build. A claim is a lease of one attempt; whatever a builder
 * reports later counts only while it still holds it.
 */
@ApplicationScoped
class BuildQueue {
  /** Makes claims one after the other, so that the count of a tenant's builds is right. */
  private static final String TAKE_TURNS =
      "SELECT pg_advisory_xact_lock(hashtext('impresario.build.claim'))";

  /** Oldest first within a tenant; among tenants, the one that was served least recently. */
  private static final String CLAIM =
      """
      WITH next AS (
        SELECT d.id FROM deployment d
        LEFT JOIN LATERAL (
          SELECT max(t.claimed_at) AS at FROM deployment t
          WHERE t.tenant_id = d.tenant_id AND t.claimed_at IS NOT NULL) turn ON true
        WHERE d.status = 'building' AND (d.lease_until IS NULL OR d.lease_until <= now())
          AND (SELECT count(*) FROM deployment r WHERE r.tenant_id = d.tenant_id
            AND r.status = 'building' AND r.lease_until > now()) < $3
        ORDER BY turn.at NULLS FIRST, d.created_at, d.id
        LIMIT 1 FOR UPDATE OF d SKIP LOCKED
      )
      UPDATE deployment d SET attempt = d.attempt + 1, builder = $1, claimed_at = now(),
        lease_until = now() + make_interval(secs => $2)
      FROM next WHERE d.id = next.id
      RETURNING d.id, d.tenant_id, d.entry_point, d.attempt, d.created_at
      """;

  private static final String RENEW =
      """
      UPDATE deployment SET lease_until = now() + make_interval(secs => $3)
      WHERE status = 'building' AND builder = $1 AND id = ANY($2)
      """;

  /** A short lease instead of none: what interrupted the build may take a moment to pass. */
  private static final String RELEASE =
      """
      UPDATE deployment SET lease_until = now() + interval '2 seconds'
      WHERE id = $1 AND status = 'building' AND attempt = $2
      """;

  private static final String RELEASE_ALL =
      """
      UPDATE deployment SET builder = NULL, lease_until = NULL
      WHERE status = 'building' AND builder = $1
      """;

  private static final String ANNOUNCE =
      """
      UPDATE deployment SET announced = $3 WHERE id = $1 AND status = 'building' AND attempt = $2
      """;

  private static final String FAIL =
      """
      UPDATE deployment SET status = 'failed', build_error = $3, build_log = $4, warnings = $5,
        built_at = now(), announced = '{}', builder = NULL, lease_until = NULL
      WHERE id = $1 AND status = 'building' AND attempt = $2
      """;

  private static final String FINISH =
      """
      UPDATE deployment SET status = 'ready', bundle_entry = $3, build_log = $4, warnings = $5,
        built_at = now(), announced = '{}', builder = NULL, lease_until = NULL
      WHERE id = $1 AND status = 'building' AND attempt = $2
      """;

  private final Pool pool;
  private final ArchiveChunks chunks;
  private final WorkflowPublication publication;

  BuildQueue(Pool pool, ArchiveChunks chunks, WorkflowPublication publication) {
    this.pool = pool;
    this.chunks = chunks;
    this.publication = publication;
  }

  /** A build that is this builder's to do. */
  record Claim(
      UUID deployment, UUID tenant, String entryPoint, int attempt, OffsetDateTime madeAt) {}

  Uni<Optional<Claim>> claim(UUID builder, BuildConfig config) {
    return pool.withTransaction(
        tx ->
            tx.query(TAKE_TURNS)
                .execute()
                .flatMap(
                    locked ->
                        tx.preparedQuery(CLAIM)
                            .execute(
                                Tuple.of(
                                    builder,
                                    Values.seconds(config.lease()),
                                    (long) config.tenantConcurrency())))
                .map(rows -> Rows.first(rows, BuildQueue::claimed)));
  }

  Uni<Void> renew(UUID builder, List<UUID> deployments, BuildConfig config) {
    Tuple lease =
        Tuple.of(builder, deployments.toArray(UUID[]::new), Values.seconds(config.lease()));
    return pool.preparedQuery(RENEW).execute(lease).replaceWithVoid();
  }

  /** Gives one build back, to be claimed again in two seconds. */
  Uni<Void> release(Claim claim) {
    return pool.preparedQuery(RELEASE)
        .execute(Tuple.of(claim.deployment(), claim.attempt()))
        .replaceWithVoid();
  }

  Uni<Void> releaseAll(UUID builder) {
    return pool.preparedQuery(RELEASE_ALL).execute(Tuple.of(builder)).replaceWithVoid();
  }

  Uni<Void> announce(Claim claim, List<String> names) {
    return pool.preparedQuery(ANNOUNCE)
        .execute(Tuple.of(claim.deployment(), claim.attempt(), names.toArray(String[]::new)))
        .replaceWithVoid();
  }

  /**
   * @return whether the claim still held
   */
  Uni<Boolean> fail(Claim claim, String error, BuildOutcome.Notes notes) {
    return pool.preparedQuery(FAIL)
        .execute(end(claim, error, notes))
        .map(rows -> rows.rowCount() == 1);
  }

  /**
   * Stores the bundle and makes the deployment ready with its workflows, all in one instant. The
   * guard comes last: until then the row is not locked, so the lease can be renewed meanwhile.
   *
   * @return whether the claim still held; if not, nothing was written
   */
  Uni<Boolean> finish(Claim claim, Path bundle, BuildOutcome.Built built) {
    WorkflowPublication.Origin origin =
        new WorkflowPublication.Origin(claim.tenant(), claim.deployment(), claim.madeAt());
    return pool.withTransaction(
            tx ->
                chunks
                    .store(tx, claim.deployment(), ArchiveKind.BUNDLE, bundle)
                    .flatMap(stored -> ready(tx, claim, built))
                    .flatMap(ready -> publication.publish(tx, origin, built.workflows()))
                    .replaceWith(true))
        .onFailure(LeaseLost.class)
        .recoverWithItem(false);
  }

  private static Uni<Void> ready(SqlConnection tx, Claim claim, BuildOutcome.Built built) {
    return tx.preparedQuery(FINISH)
        .execute(end(claim, built.entry(), built.notes()))
        .invoke(
            rows -> {
              if (rows.rowCount() == 0) {
                throw new LeaseLost();
              }
            })
        .replaceWithVoid();
  }

  private static Tuple end(Claim claim, String result, BuildOutcome.Notes notes) {
    return Tuple.of(
        claim.deployment(),
        claim.attempt(),
        result,
        notes.log(),
        notes.warnings().toArray(String[]::new));
  }

  /** Rolls a transaction back whose claim no longer holds. */
  private static final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Claim claimed(Row row) {
    return new Claim(
        row.getUUID("id"),
        row.getUUID("tenant_id"),
        row.getString("entry_point"),
        row.getInteger("attempt"),
        row.getOffsetDateTime("created_at"));
  }
}
