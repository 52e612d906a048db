package io.impresario.job.lease;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Looks once a second whether this instance's jobs are still wanted: carries out cancels that
 * another replica took, and stops runs whose job was ended by somebody else.
 */
@ApplicationScoped
class RunWatch {
  private static final Logger LOG = Logger.getLogger(RunWatch.class);

  private static final String STILL_WANTED =
      """
      SELECT id, attempt, cancel_requested_at IS NOT NULL AS cancel_requested FROM jobs
       WHERE id = ANY ($1::uuid[]) AND owner = $2 AND active
      """;

  private final Pool pool;
  private final Instance instance;
  private final ActiveRuns runs;

  RunWatch(Pool pool, Instance instance, ActiveRuns runs) {
    this.pool = pool;
    this.instance = instance;
    this.runs = runs;
  }

  @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> look() {
    List<ActiveRun> before = runs.all();
    if (before.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    UUID[] ids = before.stream().map(ActiveRun::jobId).toArray(UUID[]::new);
    return pool.preparedQuery(STILL_WANTED)
        .execute(Tuple.tuple().addArrayOfUUID(ids).addUUID(instance.id()))
        .ifNoItem()
        .after(Duration.ofSeconds(5))
        .fail()
        .invoke(rows -> compare(before, rows))
        .onFailure()
        .invoke(e -> LOG.debugf("runs.not_watched reason=\"%s\"", e))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  private static void compare(List<ActiveRun> before, RowSet<Row> rows) {
    Map<UUID, Row> wanted = new HashMap<>();
    rows.forEach(row -> wanted.put(row.getUUID("id"), row));
    for (ActiveRun run : before) {
      Row row = wanted.get(run.jobId());
      if (row == null || row.getInteger("attempt") != run.attempt()) {
        run.lose();
      } else if (row.getBoolean("cancel_requested")) {
        run.cancel();
      }
    }
  }
}
