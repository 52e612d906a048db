package io.impresario.job.query;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.job.ledger.JobChanges;
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
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Looks, for everybody who listens here at once, for jobs that another replica has changed: one
 * statement each half second, however many listen, and none while nobody does.
 */
@ApplicationScoped
class ChangePoll {
  /** How soon a change that another replica made is heard of here. */
  private static final Duration EVERY = Duration.ofMillis(500);

  /** A look that hears nothing is repeated on another connection: clients wait for it. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final String SEQUENCES =
      "SELECT id, timeline_seq FROM jobs WHERE id = ANY ($1::uuid[])";

  private final Pool pool;
  private final JobChanges changes;
  private volatile Map<UUID, Integer> known = Map.of();

  ChangePoll(Pool pool, JobChanges changes) {
    this.pool = pool;
    this.changes = changes;
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("change-poll", EVERY, this::look).withLimit(LIMIT).withMaxPause(EVERY));
  }

  private Uni<Round> look() {
    Set<UUID> jobs = changes.listenedTo();
    if (jobs.isEmpty()) {
      return Uni.createFrom().item(Round.done());
    }
    return pool.preparedQuery(SEQUENCES)
        .execute(Tuple.tuple().addArrayOfUUID(jobs.toArray(UUID[]::new)))
        .invoke(this::tell)
        .replaceWith(Round.done());
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
