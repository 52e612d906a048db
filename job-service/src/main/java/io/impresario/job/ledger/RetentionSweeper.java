package io.impresario.job.ledger;

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

/** Deletes in small bites, so that nobody waits behind a large one. */
@ApplicationScoped
class RetentionSweeper {
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

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("retention-sweeper", Duration.ofMinutes(10), this::sweep)
            .withFirst(Duration.ofSeconds(10)));
  }

  /** One bite of each kind. */
  Uni<Round> sweep() {
    return bite(OLD_NONCES, Tuple.of(BITE))
        .flatMap(
            nonces ->
                config
                    .jobs()
                    .map(age -> bite(OLD_JOBS, Tuple.of(BITE, Values.seconds(age))))
                    .orElseGet(() -> Uni.createFrom().item(false))
                    .map(jobs -> Round.moreIf(nonces || jobs)));
  }

  private Uni<Boolean> bite(String sql, Tuple values) {
    return pool.preparedQuery(sql).execute(values).map(rows -> rows.rowCount() == BITE);
  }
}
