package io.impresario.job.bundle;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.sql.Values;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
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
          WHERE u.removed_at IS NULL AND u.unneeded_since < now() - make_interval(secs => $1)
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

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("bundle-sweeper", Duration.ofMinutes(10), this::sweep)
            .withFirst(Duration.ofMinutes(1)));
  }

  Uni<Round> sweep() {
    return pool.preparedQuery(MARK)
        .execute()
        .flatMap(marked -> remove())
        .invoke(
            removed -> {
              if (removed > 0) {
                LOG.infof("bundles.removed chunks=%d", removed);
              }
            })
        .replaceWith(Round.done());
  }

  private Uni<Integer> remove() {
    return pool.preparedQuery(REMOVE)
        .execute(Tuple.of(Values.seconds(config.unneededGrace())))
        .map(rows -> rows.size());
  }
}
