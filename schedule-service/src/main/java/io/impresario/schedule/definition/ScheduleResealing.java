package io.impresario.schedule.definition;

import io.impresario.sealing.KeyRing;
import io.quarkus.vertx.http.ManagementInterface;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * {@code POST /q/secrets/reencrypt} on the management port: brings the callback secrets of all
 * schedules under the newest key, so that an older one can be taken away, and answers with the
 * counts. One that no key opens is named, counted and left. Safe to repeat, and to call while the
 * service works.
 */
@ApplicationScoped
class ScheduleResealing {
  private static final Logger LOG = Logger.getLogger(ScheduleResealing.class);
  private static final String ROUTE = "/q/secrets/reencrypt";

  /** Few enough to hold no connection long. */
  private static final int BATCH = 500;

  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private static final String PAGE =
      """
      SELECT id, callback_secret_sealed FROM schedule
      WHERE id > $2 AND split_part(callback_secret_sealed, '.', 2) <> $1
      ORDER BY id LIMIT $3
      """;

  /** Not when the secret has changed meanwhile: then it is under the newest key already. */
  private static final String RESEAL =
      """
      UPDATE schedule SET callback_secret_sealed = $3
      WHERE id = $1 AND callback_secret_sealed = $2
      """;

  /**
   * @param reencrypted secrets that are under the newest key now and were not before
   * @param failed secrets that no key of the ring opens
   */
  record Count(long reencrypted, long failed) {
    Count plus(Count other) {
      return new Count(reencrypted + other.reencrypted, failed + other.failed);
    }
  }

  private final Pool pool;
  private final KeyRing keys;

  ScheduleResealing(Pool pool, KeyRing keys) {
    this.pool = pool;
    this.keys = keys;
  }

  void register(@Observes ManagementInterface management) {
    management.router().post(ROUTE).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    resealAll()
        .subscribe()
        .with(
            count -> {
              LOG.infof("secrets.reencrypted schedules %s", count);
              context.json(answer(count));
            },
            context::fail);
  }

  private JsonObject answer(Count count) {
    return new JsonObject()
        .put("key_id", keys.newestKeyId())
        .put(
            "schedules",
            new JsonObject().put("reencrypted", count.reencrypted()).put("failed", count.failed()));
  }

  Uni<Count> resealAll() {
    return resealAfter(BEFORE_ALL);
  }

  private Uni<Count> resealAfter(UUID after) {
    return pool.preparedQuery(PAGE)
        .execute(Tuple.of(keys.newestKeyId(), after, (long) BATCH))
        .flatMap(
            rows ->
                rows.size() == 0
                    ? Uni.createFrom().item(new Count(0, 0))
                    : reseal(rows).flatMap(count -> resealAfter(lastId(rows)).map(count::plus)));
  }

  private Uni<Count> reseal(RowSet<Row> rows) {
    List<Tuple> changes = new ArrayList<>();
    for (Row row : rows) {
      UUID id = row.getUUID("id");
      String sealed = row.getString("callback_secret_sealed");
      String context = Schedule.sealContext(id);
      try {
        changes.add(Tuple.of(id, sealed, keys.seal(keys.open(sealed, context), context)));
      } catch (IllegalArgumentException unopened) {
        LOG.errorf("secrets.unreadable id=%s reason=\"%s\"", id, unopened.getMessage());
      }
    }
    Count count = new Count(changes.size(), rows.size() - changes.size());
    return changes.isEmpty()
        ? Uni.createFrom().item(count)
        : pool.preparedQuery(RESEAL).executeBatch(changes).replaceWith(count);
  }

  private static UUID lastId(RowSet<Row> rows) {
    UUID last = BEFORE_ALL;
    for (Row row : rows) {
      last = row.getUUID("id");
    }
    return last;
  }
}
