package io.impresario.log.query;

import io.impresario.log.line.LineCodes;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads pages of lines. */
@ApplicationScoped
class LogPages {
  /** A client that waits longer than this has gone or will come again. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Pool pool;
  private final QueryConfig config;

  LogPages(Pool pool, QueryConfig config) {
    this.pool = pool;
    this.config = config;
  }

  Uni<LogPage> page(LogQuery query, @Nullable Position after, int limit) {
    LogStatement statement =
        LogStatement.of(query, after, limit, config.maxPageSize().asLongValue());
    return pool.preparedQuery(statement.sql())
        .execute(statement.parameters())
        .ifNoItem()
        .after(LIMIT)
        .fail()
        .map(rows -> page(query, rows));
  }

  private static LogPage page(LogQuery query, RowSet<Row> rows) {
    List<LogEntry> entries = new ArrayList<>(rows.size());
    Row last = null;
    for (Row row : rows) {
      entries.add(entry(row));
      last = row;
    }
    boolean more = last != null && last.getLong("fetched") > entries.size();
    return new LogPage(entries, more && last != null ? token(query, last) : null);
  }

  private static LogEntry entry(Row row) {
    return new LogEntry(
        row.getUUID("job_id"),
        row.getString("workflow"),
        LineCodes.level(row.getShort("level")),
        row.getString("message"),
        row.getOffsetDateTime("logged_at").toInstant());
  }

  private static String token(LogQuery query, Row row) {
    Position position =
        new Position(
            row.getOffsetDateTime("logged_at").toInstant(),
            row.getUUID("job_id"),
            row.getLong("seq"));
    return PageToken.encode(position, query);
  }
}
