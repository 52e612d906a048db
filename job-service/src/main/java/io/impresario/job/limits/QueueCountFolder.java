package io.impresario.job.limits;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Adds up what backends that are gone have counted, so that few rows are read at a create. */
@ApplicationScoped
class QueueCountFolder {
  private static final Duration EVERY = Duration.ofMinutes(5);

  private static final String FOLD =
      """
      WITH gone AS (
        DELETE FROM queued_jobs
         WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM queued_jobs
            WHERE backend <> 0 AND backend NOT IN (SELECT pid FROM pg_stat_activity)
            LIMIT 10000))
        RETURNING tenant_id, waiting
      ), sums AS (
        SELECT tenant_id, sum(waiting)::integer AS waiting FROM gone
         GROUP BY tenant_id ORDER BY tenant_id
      )
      INSERT INTO queued_jobs (tenant_id, backend, waiting)
      SELECT tenant_id, 0, waiting FROM sums
      ON CONFLICT (tenant_id, backend) DO UPDATE
         SET waiting = queued_jobs.waiting + EXCLUDED.waiting
      """;

  private static final String FORGET = "DELETE FROM queued_jobs WHERE backend = 0 AND waiting = 0";

  private final Pool pool;

  QueueCountFolder(Pool pool) {
    this.pool = pool;
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(DutySpec.of("queue-count-folder", EVERY, this::fold));
  }

  Uni<Round> fold() {
    return pool.query(FOLD)
        .execute()
        .chain(() -> pool.query(FORGET).execute())
        .replaceWith(Round.done());
  }
}
