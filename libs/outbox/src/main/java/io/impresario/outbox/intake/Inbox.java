package io.impresario.outbox.intake;

import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Remembers which events a consumer has taken. */
@ApplicationScoped
class Inbox {
  /** Sorted, so that two replicas with overlapping batches wait for each other, never in a ring. */
  private static final String RECORD =
      """
      INSERT INTO inbox (consumer, event_id, received_at)
      SELECT $1, id, now() FROM unnest($2::text[]) AS id ORDER BY id
      ON CONFLICT DO NOTHING
      RETURNING event_id
      """;

  private static final String FORGET =
      """
      DELETE FROM inbox WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM inbox WHERE received_at < now() - make_interval(secs => $1)
         ORDER BY received_at LIMIT $2))
      """;

  /** Records the events and answers which of them are new. */
  Uni<Set<String>> record(SqlConnection transaction, String consumer, List<String> eventIds) {
    String[] distinct = eventIds.stream().distinct().toArray(String[]::new);
    Tuple values = Tuple.of(consumer, distinct);
    return transaction
        .preparedQuery(RECORD)
        .execute(values)
        .map(rows -> Set.copyOf(Rows.all(rows, row -> row.getString(0))));
  }

  /** Forgets up to {@code max} events that are older than the retention. */
  Uni<Integer> forget(Pool pool, Duration retention, int max) {
    Tuple values = Tuple.of(Values.seconds(retention), max);
    return pool.preparedQuery(FORGET).execute(values).map(rows -> rows.rowCount());
  }
}
