package io.impresario.job.query;

import io.impresario.sql.Rows;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One thing that happened to a job. {@code status} is the one that it had afterwards. */
record TimelineEntry(
    int seq, String event, Instant at, int attempt, String status, @Nullable String reason) {

  static TimelineEntry of(Row row) {
    return new TimelineEntry(
        row.getInteger("seq"),
        row.getString("event"),
        Rows.instant(row, "at"),
        row.getInteger("attempt"),
        row.getString("to_status"),
        row.getString("reason"));
  }

  boolean last() {
    return event.equals("ended");
  }
}
