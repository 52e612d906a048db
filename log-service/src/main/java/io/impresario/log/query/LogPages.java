package io.impresario.log.query;

import io.impresario.log.line.LineCodes;
import io.impresario.sql.CancellableQuery;
import io.impresario.sql.Page;
import io.impresario.sql.Rows;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Reads pages of lines, for as long as the caller waits for them. */
@ApplicationScoped
class LogPages {
  private final Pool pool;

  LogPages(Pool pool) {
    this.pool = pool;
  }

  Uni<LogPage> page(LogQuery query, @Nullable Position after, int limit) {
    LogStatement statement = LogStatement.of(query, after, limit);
    return CancellableQuery.execute(pool, statement.sql(), statement.parameters())
        .map(rows -> page(query, limit, rows));
  }

  private static LogPage page(LogQuery query, int limit, RowSet<Row> rows) {
    Page<Row> page = Page.ofBounded(rows, limit, row -> row, row -> token(query, row));
    return new LogPage(page.items().stream().map(LogPages::entry).toList(), page.nextCursor());
  }

  private static LogEntry entry(Row row) {
    return new LogEntry(
        row.getUUID("job_id"),
        row.getString("workflow"),
        LineCodes.level(row.getShort("level")),
        row.getString("message"),
        Rows.instant(row, "logged_at"));
  }

  private static String token(LogQuery query, Row row) {
    Position position =
        new Position(Rows.instant(row, "logged_at"), row.getUUID("job_id"), row.getLong("seq"));
    return PageToken.encode(position, query);
  }
}
