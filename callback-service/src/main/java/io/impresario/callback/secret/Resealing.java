package io.impresario.callback.secret;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings every sealed secret under the newest key, so that an older one can be taken away. A row
 * that changed meanwhile is left to the next round; one that no key opens is named and left.
 */
@ApplicationScoped
class Resealing {

  private static final Logger LOG = Logger.getLogger(Resealing.class);
  private static final int BATCH = 500;

  private static final String OLD_ENDPOINTS =
      """
      SELECT id, secret_sealed, previous_secret_sealed FROM webhook_endpoint
       WHERE id > $2 AND (NOT starts_with(secret_sealed, $1)
                          OR NOT starts_with(coalesce(previous_secret_sealed, $1), $1))
       ORDER BY id LIMIT $3
      """;

  private static final String RESEAL_ENDPOINT =
      """
      UPDATE webhook_endpoint SET secret_sealed = $2, previous_secret_sealed = $3
       WHERE id = $1 AND secret_sealed = $4 AND previous_secret_sealed IS NOT DISTINCT FROM $5
      """;

  private static final String OLD_DELIVERIES =
      """
      SELECT id, job_id, secret_sealed FROM delivery
       WHERE id > $2 AND NOT starts_with(coalesce(secret_sealed, $1), $1)
       ORDER BY id LIMIT $3
      """;

  private static final String RESEAL_DELIVERY =
      "UPDATE delivery SET secret_sealed = $2 WHERE id = $1 AND secret_sealed = $3";

  private static final UUID FIRST = new UUID(0, 0);

  private final Pool pool;
  private final SealedSecrets secrets;

  Resealing(Pool pool, SealedSecrets secrets) {
    this.pool = pool;
    this.secrets = secrets;
  }

  /**
   * @param reencrypted rows that are under the newest key now and were not before
   * @param failed rows that no key of the ring opens
   */
  record Count(long reencrypted, long failed) {
    Count plus(Count other) {
      return new Count(reencrypted + other.reencrypted, failed + other.failed);
    }
  }

  /** What was done in each of the two tables. */
  record Counts(Count endpoints, Count deliveries) {}

  /** Keys change with a restart, so a round soon after it and one a day are enough. */
  @Scheduled(every = "24h", delayed = "20s")
  Uni<Void> round() {
    return reseal()
        .invoke(counts -> LOG.debugf("secrets.resealed %s", counts))
        .onFailure()
        .invoke(failure -> LOG.warnf("secrets.reseal_failed reason=\"%s\"", failure))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  Uni<Counts> reseal() {
    return all(OLD_ENDPOINTS, RESEAL_ENDPOINT, FIRST, this::endpoint)
        .flatMap(
            endpoints ->
                all(OLD_DELIVERIES, RESEAL_DELIVERY, FIRST, this::delivery)
                    .map(deliveries -> new Counts(endpoints, deliveries)));
  }

  private Uni<Count> all(
      String find, String update, UUID after, BiFunction<UUID, Row, Tuple> resealed) {
    return pool.preparedQuery(find)
        .execute(Tuple.of(secrets.newestPrefix(), after, (long) BATCH))
        .flatMap(
            rows ->
                rows.size() == 0
                    ? Uni.createFrom().item(new Count(0, 0))
                    : updateAll(update, rows, resealed)
                        .flatMap(
                            count -> all(find, update, lastId(rows), resealed).map(count::plus)));
  }

  private Uni<Count> updateAll(
      String update, RowSet<Row> rows, BiFunction<UUID, Row, Tuple> resealed) {
    List<Tuple> changes = new ArrayList<>();
    for (Row row : rows) {
      UUID id = row.getUUID("id");
      try {
        changes.add(resealed.apply(id, row));
      } catch (IllegalArgumentException e) {
        LOG.errorf("secrets.unreadable id=%s reason=\"%s\"", id, e.getMessage());
      }
    }
    Count count = new Count(changes.size(), rows.size() - changes.size());
    return changes.isEmpty()
        ? Uni.createFrom().item(count)
        : pool.preparedQuery(update).executeBatch(changes).replaceWith(count);
  }

  private Tuple endpoint(UUID id, Row row) {
    String current = row.getString("secret_sealed");
    @Nullable String previous = row.getString("previous_secret_sealed");
    return Tuple.tuple()
        .addUUID(id)
        .addString(secrets.resealForEndpoint(id, current))
        .addString(previous == null ? null : secrets.resealForEndpoint(id, previous))
        .addString(current)
        .addString(previous);
  }

  private Tuple delivery(UUID id, Row row) {
    String current = row.getString("secret_sealed");
    return Tuple.of(id, secrets.resealForJob(row.getUUID("job_id"), current), current);
  }

  private static UUID lastId(RowSet<Row> rows) {
    UUID last = FIRST;
    for (Row row : rows) {
      last = row.getUUID("id");
    }
    return last;
  }
}
