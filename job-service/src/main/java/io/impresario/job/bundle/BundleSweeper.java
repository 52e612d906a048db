package io.impresario.job.bundle;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.data.Interval;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Removes the archives of deployments that nothing needs: that serve no workflow, so that no new
 * job and no schedule can come to them, and have no unfinished job. First marks, then removes what
 * has stayed unneeded for the grace time, so that a job that is just being made keeps its bundle.
 */
@ApplicationScoped
public class BundleSweeper {
  private static final Logger LOG = Logger.getLogger(BundleSweeper.class);

  /** Written with IN over the two kinds of unfinished jobs, as each has an index of its own. */
  private static final String NEEDED =
      """
      (d.status = 'building'
        OR EXISTS (SELECT FROM workflow w WHERE w.deployment_id = d.id)
        OR d.id IN (SELECT j.deployment_id FROM jobs j WHERE j.status = 'queued')
        OR d.id IN (SELECT j.deployment_id FROM jobs j
                    WHERE j.active))
      """;

  private static final String MARK =
      """
      UPDATE deployment d SET unneeded_since = CASE WHEN %1$s THEN NULL ELSE now() END
      WHERE d.removed_at IS NULL AND (d.unneeded_since IS NULL) <> %1$s
      """
          .formatted(NEEDED);

  private static final String REMOVE =
      """
      WITH unneeded AS (
        UPDATE deployment d SET removed_at = now()
        WHERE d.id IN (
          SELECT u.id FROM deployment u
          WHERE u.removed_at IS NULL AND u.unneeded_since < now() - $1::interval
          ORDER BY u.unneeded_since LIMIT 100 FOR UPDATE SKIP LOCKED)
          AND NOT %s
        RETURNING d.id
      )
      DELETE FROM archive_chunk c USING unneeded u WHERE c.deployment_id = u.id
      RETURNING c.deployment_id
      """
          .formatted(NEEDED);

  private final Pool pool;
  private final BundleConfig config;

  BundleSweeper(Pool pool, BundleConfig config) {
    this.pool = pool;
    this.config = config;
  }

  @Scheduled(
      every = "10m",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    return pool.preparedQuery(MARK)
        .execute()
        .flatMap(marked -> remove())
        .invoke(
            removed -> {
              if (removed > 0) {
                LOG.infof("bundles.removed chunks=%d", removed);
              }
            })
        .replaceWithVoid();
  }

  private Uni<Integer> remove() {
    Duration grace = config.unneededGrace();
    Interval interval = Interval.of().seconds((int) grace.toSeconds());
    return pool.preparedQuery(REMOVE).execute(Tuple.of(interval)).map(rows -> rows.size());
  }
}
