package io.impresario.sql;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a statement answered. */
public final class Rows {

  private Rows() {}

  /** All rows, in their order. */
  public static <T> List<T> all(RowSet<Row> rows, Function<Row, T> read) {
    List<T> all = new ArrayList<>(rows.size());
    rows.forEach(row -> all.add(read.apply(row)));
    return Collections.unmodifiableList(all);
  }

  /** The first row, if there is one. */
  public static <T> Optional<T> first(RowSet<Row> rows, Function<Row, T> read) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(read.apply(rows.iterator().next()));
  }

  /** A time that is there. */
  public static Instant instant(Row row, String column) {
    Instant instant = instantOrNull(row, column);
    if (instant == null) {
      throw new IllegalStateException("The column " + column + " is null");
    }
    return instant;
  }

  public static @Nullable Instant instantOrNull(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
