package io.impresario.job.query;

import io.impresario.job.ledger.JobChanges;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Looks, for everybody who listens here at once, for jobs that another replica has changed: one
 * statement each half second, however many listen, and none while nobody does.
 */
@ApplicationScoped
class ChangePoll {
  private static final Logger LOG = Logger.getLogger(ChangePoll.class);

  /** How soon a change that another replica made is heard of here. */
  private static final Duration EVERY = Duration.ofMillis(500);

  private static final String SEQUENCES =
      "SELECT id, timeline_seq FROM jobs WHERE id = ANY ($1::uuid[])";

  private final Pool pool;
  private final Vertx vertx;
  private final JobChanges changes;
  private volatile Map<UUID, Integer> known = Map.of();
  private volatile boolean looking;

  ChangePoll(Pool pool, Vertx vertx, JobChanges changes) {
    this.pool = pool;
    this.vertx = vertx;
    this.changes = changes;
  }

  void start(@Observes StartupEvent event) {
    vertx.setPeriodic(EVERY.toMillis(), timer -> look());
  }

  private void look() {
    Set<UUID> jobs = changes.listenedTo();
    if (jobs.isEmpty() || looking) {
      return;
    }
    looking = true;
    pool.preparedQuery(SEQUENCES)
        .execute(Tuple.tuple().addArrayOfUUID(jobs.toArray(UUID[]::new)))
        .ifNoItem()
        .after(Duration.ofSeconds(5))
        .fail()
        .onTermination()
        .invoke(() -> looking = false)
        .subscribe()
        .with(this::tell, failure -> LOG.debugf("changes.not-seen reason=\"%s\"", failure));
  }

  /** A job that is new here counts as changed: its listener may have looked just before. */
  private void tell(RowSet<Row> rows) {
    Map<UUID, Integer> before = known;
    Map<UUID, Integer> now = new HashMap<>();
    rows.forEach(row -> now.put(row.getUUID("id"), row.getInteger("timeline_seq")));
    known = now;
    now.forEach(
        (job, sequence) -> {
          if (!sequence.equals(before.get(job))) {
            changes.changed(job);
          }
        });
  }
}
