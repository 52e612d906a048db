package io.impresario.log.query;

import io.impresario.log.line.LineCodes;
import io.impresario.sql.Page;
import io.impresario.sql.Values;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statement of one page. Only what the query asks for stands in it, so that each shape has its
 * own plan; the shapes are few (some sixty), so all stay prepared.
 */
record LogStatement(String sql, Tuple parameters) {

  private static final String LINES =
      """
      SELECT job_id, seq, logged_at, level, workflow, message
      FROM log_line
      WHERE %s
      ORDER BY %s
      LIMIT %s
      """;

  static LogStatement of(LogQuery query, @Nullable Position after, int limit) {
    Conditions where = new Conditions();
    where.add("tenant_id = %s", query.tenantId());
    if (query.jobId() != null) {
      where.add("job_id = %s", query.jobId());
    }
    if (query.workflow() != null) {
      where.add("workflow = %s", query.workflow());
    }
    if (query.level() != null) {
      // A literal: the partial index on warnings and errors is only seen with one.
      where.literal("level = " + LineCodes.of(query.level()));
    }
    if (after != null) {
      addPosition(where, query, after);
    }
    String order = order(query);
    String lines = LINES.formatted(where.sql(), order, where.parameter((long) limit + 1));
    return new LogStatement(
        Page.bounded(lines, "octet_length(message)", order), Tuple.from(where.parameters));
  }

  private static void addPosition(Conditions where, LogQuery query, Position after) {
    String beyond = query.order() == Order.DESC ? "<" : ">";
    if (query.jobId() != null) {
      where.add(
          "(seq, logged_at) " + beyond + " (%s, %s)",
          after.seq(),
          Values.utc(after.loggedAt()));
    } else {
      // The first condition is what the index on time can use.
      where.add("logged_at " + beyond + "= %s", Values.utc(after.loggedAt()));
      where.add(
          "(logged_at, job_id, seq) " + beyond + " (%s, %s, %s)",
          Values.utc(after.loggedAt()),
          after.jobId(),
          after.seq());
    }
  }

  private static String order(LogQuery query) {
    String direction = " " + query.order().name();
    return query.jobId() != null
        ? "seq" + direction + ", logged_at" + direction
        : "logged_at" + direction + ", job_id" + direction + ", seq" + direction;
  }

  /** Conditions with numbered parameters. */
  private static final class Conditions {
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> parameters = new ArrayList<>();

    void add(String condition, Object... values) {
      Object[] places = new Object[values.length];
      for (int i = 0; i < values.length; i++) {
        places[i] = parameter(values[i]);
      }
      conditions.add(condition.formatted(places));
    }

    void literal(String condition) {
      conditions.add(condition);
    }

    String parameter(Object value) {
      parameters.add(value);
      return "$" + parameters.size();
    }

    String sql() {
      return String.join(" AND ", conditions);
    }
  }
}
