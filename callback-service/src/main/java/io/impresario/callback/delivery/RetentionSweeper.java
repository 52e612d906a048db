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

/**
 * Deletes, in batches, what has outlived its retention: bodies, deliveries and attempts of events
 * that ended long ago, the times when endpoints were active, and secrets whose grace time is over.
 */
@ApplicationScoped
class RetentionSweeper {

  /** Events a transaction: bodies may be megabytes each. */
  private static final int BATCH = 200;

  private static final Duration FIRST = Duration.ofSeconds(10);

  /** Asks about each event by index: an anti join would read the whole history for each batch. */
  static final String OLD_EVENTS =
      """
      SELECT b.id FROM callback_body b
       WHERE b.created_at < now() - make_interval(secs => $1)
         AND (SELECT bool_or(d.state = 'pending') FROM delivery d WHERE d.job_id = b.id) IS NOT TRUE
         AND (SELECT bool_or(d.state = 'pending') FROM delivery d WHERE d.id = b.id) IS NOT TRUE
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

  /** Kafka keeps no event for as long as this service keeps deliveries. */
  private static final String FORGET_SPANS =
      """
      DELETE FROM webhook_endpoint_span
       WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM webhook_endpoint_span
          WHERE active_until < now() - make_interval(secs => $1) LIMIT $2))
      """;

  /** The grace time of these secrets is over: they sign no further request. */
  private static final String FORGET_SECRETS =
      """
      DELETE FROM previous_secret
       WHERE id IN (SELECT id FROM previous_secret WHERE signs_until <= now() LIMIT $1)
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

  /** One batch of each. */
  Uni<Round> sweep() {
    double retention = Values.seconds(config.retention());
    return pool.withTransaction(this::forgetBatch)
        .flatMap(
            events ->
                forget(FORGET_SPANS, Tuple.of(retention, (long) BATCH))
                    .map(spans -> Math.max(events, spans)))
        .flatMap(
            most ->
                forget(FORGET_SECRETS, Tuple.of((long) BATCH))
                    .map(secrets -> Math.max(most, secrets)))
        .map(most -> Round.moreIf(most == BATCH));
  }

  private Uni<Integer> forget(String statement, Tuple values) {
    return pool.preparedQuery(statement).execute(values).map(rows -> rows.rowCount());
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
