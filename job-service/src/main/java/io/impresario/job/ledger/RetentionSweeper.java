package io.impresario.job.ledger;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Deletes in small bites, so that nobody waits behind a large one. */
@ApplicationScoped
class RetentionSweeper {
  private static final Logger LOG = Logger.getLogger(RetentionSweeper.class);
  private static final int BITE = 1000;

  // Arrays, because a server that plans once for any limit would join a bite with the whole table.
  private static final String OLD_NONCES =
      """
      DELETE FROM job_nonces WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM job_nonces WHERE created_at < now() - interval '30 days'
         ORDER BY created_at LIMIT $1))
      """;

  private static final String OLD_JOBS =
      """
      DELETE FROM jobs WHERE id = ANY (ARRAY(
        SELECT id FROM jobs
         WHERE completed_at < now() - make_interval(secs => $2)
         ORDER BY completed_at LIMIT $1))
      """;

  private final Pool pool;
  private final RetentionConfig config;

  RetentionSweeper(Pool pool, RetentionConfig config) {
    this.pool = pool;
    this.config = config;
  }

  @Scheduled(every = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    return untilEmpty(OLD_NONCES, Tuple.of(BITE))
        .chain(() -> config.jobs().map(this::oldJobs).orElseGet(Uni.createFrom()::voidItem))
        .onFailure()
        .invoke(e -> LOG.warnf("retention.failed reason=\"%s\"", e))
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> oldJobs(Duration age) {
    return untilEmpty(OLD_JOBS, Tuple.of(BITE, (double) age.toSeconds()));
  }

  private Uni<Void> untilEmpty(String sql, Tuple values) {
    return pool.preparedQuery(sql)
        .execute(values)
        .map(rows -> rows.rowCount())
        .repeat()
        .whilst(deleted -> deleted == BITE)
        .collect()
        .last()
        .replaceWithVoid();
  }
}
