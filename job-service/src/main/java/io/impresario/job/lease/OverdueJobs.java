package io.impresario.job.lease;

import io.impresario.duty.Round;
import io.impresario.job.ledger.Guard;
import io.impresario.job.ledger.JobLedger;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.sql.Rows;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/**
 * Finds jobs that somebody should have ended and ends them. Finding is a plain read: the statement
 * that ends a job asks again whether it is still true. Of many, each replica begins with others.
 */
@ApplicationScoped
class OverdueJobs {
  /** A bound on one sweep's memory and time; the next sweep comes soon. */
  private static final int BATCH = 200;

  /** Few at once: they compete with the API for connections. */
  private static final int PARALLEL = 4;

  /** However many are overdue, one look reads no more than ten batches. */
  private static final String LOOK =
      """
      SELECT * FROM (SELECT * FROM (%s) overdue LIMIT 2000) look
       ORDER BY hashtextextended(id::text, $%d) LIMIT $%d
      """;

  private final Pool pool;
  private final JobLedger ledger;
  private final long order;

  OverdueJobs(Pool pool, JobLedger ledger, Instance instance) {
    this.pool = pool;
    this.ledger = ledger;
    this.order = instance.id().getLeastSignificantBits();
  }

  /** A job that may have to be ended. */
  record Found(UUID id, int attempt, String status, boolean cancelRequested) {
    static Found of(Row row) {
      return new Found(
          row.getUUID("id"),
          row.getInteger("attempt"),
          row.getString("status"),
          row.getBoolean("cancel_requested"));
    }
  }

  /** How one of them ends, and what must still be true then. */
  record Verdict(Found job, JobEnd end, Guard guard) {}

  /** A client had asked for it, or it is the given failure. */
  static JobEnd cancelledOr(Found job, FailureCode code, String error) {
    return job.cancelRequested() ? new JobEnd.Cancelled() : new JobEnd.Failed(code, error, null);
  }

  /** Some of what the statement finds, in an order of this replica's own. */
  Uni<List<Found>> find(String sql, Tuple values) {
    int given = values.size();
    return pool.preparedQuery(LOOK.formatted(sql, given + 1, given + 2))
        .execute(values.addLong(order).addInteger(BATCH))
        .map(rows -> Rows.all(rows, Found::of));
  }

  /** Ends them; a full batch means that there may be more. */
  Uni<Round> end(List<Verdict> verdicts) {
    return Multi.createFrom()
        .iterable(verdicts)
        .onItem()
        .transformToUni(v -> ledger.end(v.job().id(), v.end(), v.guard()))
        .merge(PARALLEL)
        .collect()
        .last()
        .replaceWith(Round.moreIf(verdicts.size() == BATCH));
  }
}
