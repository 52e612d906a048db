package io.impresario.callback.delivery;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/** Forgets bodies, deliveries and attempts of events that ended long ago. */
@ApplicationScoped
class RetentionSweeper {

  private static final Logger LOG = Logger.getLogger(RetentionSweeper.class);

  /** Events a transaction: bodies may be megabytes each. */
  private static final int BATCH = 200;

  private static final String OLD_EVENTS =
      """
      SELECT b.id FROM callback_body b
       WHERE b.created_at < $1
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
  private final Clock clock;

  RetentionSweeper(Pool pool, DeliveryConfig config, Clock clock) {
    this.pool = pool;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(every = "{impresario.delivery.retention-sweep}", delayed = "10s")
  Uni<Void> sweep() {
    return forgetOld()
        .onFailure()
        .invoke(failure -> LOG.warnf("retention.failed reason=\"%s\"", failure))
        .onFailure()
        .recoverWithItem(0)
        .replaceWithVoid();
  }

  /** Forgets one batch after the other until nothing is old. */
  Uni<Integer> forgetOld() {
    return pool.withTransaction(this::forgetBatch)
        .flatMap(
            forgotten ->
                forgotten < BATCH
                    ? Uni.createFrom().item(forgotten)
                    : forgetOld().map(more -> more + forgotten));
  }

  private Uni<Integer> forgetBatch(SqlConnection tx) {
    OffsetDateTime before =
        OffsetDateTime.ofInstant(clock.instant().minus(config.retention()), ZoneOffset.UTC);
    return tx.preparedQuery(OLD_EVENTS)
        .execute(Tuple.of(before, (long) BATCH))
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false)
                    .map(row -> row.getUUID(0))
                    .toArray(UUID[]::new))
        .flatMap(
            old ->
                tx.preparedQuery(FORGET_DELIVERIES)
                    .execute(Tuple.of((Object) old))
                    .chain(() -> tx.preparedQuery(FORGET_BODIES).execute(Tuple.of((Object) old)))
                    .replaceWith(old.length));
  }
}
