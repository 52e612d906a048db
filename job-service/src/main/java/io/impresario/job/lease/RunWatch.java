package io.impresario.job.lease;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Looks once a second whether this instance's jobs are still wanted: carries out cancels that
 * another replica took, and stops runs whose job was ended by somebody else.
 */
@ApplicationScoped
class RunWatch {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** A look that hears nothing is repeated on another connection: a cancel waits for it. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

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

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(DutySpec.of("run-watch", EVERY, this::look).withLimit(LIMIT).withMaxPause(EVERY));
  }

  private Uni<Round> look() {
    List<ActiveRun> before = runs.all();
    if (before.isEmpty()) {
      return Uni.createFrom().item(Round.done());
    }
    UUID[] ids = before.stream().map(ActiveRun::jobId).toArray(UUID[]::new);
    return pool.preparedQuery(STILL_WANTED)
        .execute(Tuple.tuple().addArrayOfUUID(ids).addUUID(instance.id()))
        .invoke(rows -> compare(before, rows))
        .replaceWith(Round.done());
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
