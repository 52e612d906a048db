package io.impresario.callback.delivery;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.UUID;

/** Deletes bodies, deliveries and attempts of events that ended long ago, in batches. */
@ApplicationScoped
class RetentionSweeper {

  /** Events a transaction: bodies may be megabytes each. */
  private static final int BATCH = 200;

  private static final Duration FIRST = Duration.ofSeconds(10);

  private static final String OLD_EVENTS =
      """
      SELECT b.id FROM callback_body b
       WHERE b.created_at < now() - make_interval(secs => $1)
         AND NOT EXISTS (SELECT FROM delivery d
                          WHERE (d.job_id = b.id OR d.id = b.id) AND d.state = 'pending')
       ORDER BY b.created_at LIMIT $2
         FOR UPDATE SKIP LOCKED
      """;

  private static final String FORGET_DELIVERIES =
      "DELETE FROM delivery WHERE (job_id = ANY($1) OR id = ANY($1)) AND state <> 'pending'";

  private static final String FORGET_BODIES =
      """
      DELETE FROM callback_body b
       WHERE b.id = ANY($1)
         AND NOT EXISTS (SELECT FROM delivery d WHERE d.job_id = b.id OR d.id = b.id)
      """;

  private final Pool pool;
  private final DeliveryConfig config;
  private final Duty duty;

  RetentionSweeper(Pool pool, DeliveryConfig config, Duties duties) {
    this.pool = pool;
    this.config = config;
    this.duty =
        duties.create(
            DutySpec.of("retention-sweeper", config.retentionSweep(), this::sweep)
                .withFirst(FIRST));
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  /** One batch. */
  Uni<Round> sweep() {
    return pool.withTransaction(this::forgetBatch)
        .map(forgotten -> Round.moreIf(forgotten == BATCH));
  }

  private Uni<Integer> forgetBatch(SqlConnection tx) {
    return tx.preparedQuery(OLD_EVENTS)
        .execute(Tuple.of(Values.seconds(config.retention()), (long) BATCH))
        .map(rows -> Rows.all(rows, row -> row.getUUID("id")).toArray(UUID[]::new))
        .flatMap(
            old ->
                tx.preparedQuery(FORGET_DELIVERIES)
                    .execute(Tuple.of((Object) old))
                    .chain(() -> tx.preparedQuery(FORGET_BODIES).execute(Tuple.of((Object) old)))
                    .replaceWith(old.length));
  }
}
