package io.impresario.sql;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that is ordered by a key: at most so many rows, at most so many bytes, and
 * where the next page begins.
 *
 * @param nextCursor null after the last page
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
  /**
   * What a page may hold: 4 MiB. One row always goes, however large it is. Several calls at once
   * must fit into a heap of 128 MiB, each with its text, its JSON and its bytes on the wire.
   */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final String BOUNDED =
      """
      WITH page_found AS (
      %1$s
      ), page_sized AS (
        SELECT page_found.*, count(*) OVER () AS page_rows,
               row_number() OVER (ORDER BY %3$s) AS page_row,
               sum(%2$s) OVER (ORDER BY %3$s ROWS UNBOUNDED PRECEDING) AS page_bytes
          FROM page_found
      )
      SELECT * FROM page_sized WHERE page_row = 1 OR page_bytes <= %4$d ORDER BY page_row
      """;

  /**
   * For rows of a small, known size.
   *
   * @param found by a statement with {@code LIMIT limit + 1}: the row too many tells that there are
   *     more
   * @param cursor where a page that ends with this item goes on
   */
  public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
    boolean more = found.size() > limit;
    return cut(more ? found.subList(0, limit) : found, more, cursor);
  }

  /**
   * The statement that ends a page also after its bytes, inside the database: what does not go is
   * never sent.
   *
   * @param statement the rows in their order, with {@code LIMIT limit + 1}
   * @param bytes an expression over the columns of the statement: the size of a row
   * @param order its {@code ORDER BY}, over the columns of the statement
   */
  public static String bounded(String statement, String bytes, String order) {
    return BOUNDED.formatted(statement.strip(), bytes, order, MAX_BYTES);
  }

  /** The answer to a statement of {@link #bounded}. */
  public static <T> Page<T> ofBounded(
      RowSet<Row> found, int limit, Function<Row, T> read, Function<T, String> cursor) {
    List<T> items = Rows.all(found, read);
    long rows = Rows.first(found, row -> row.getLong("page_rows")).orElse(0L);
    List<T> kept = items.size() > limit ? items.subList(0, limit) : items;
    return cut(kept, rows > kept.size(), cursor);
  }

  private static <T> Page<T> cut(List<T> items, boolean more, Function<T, String> cursor) {
    String next = more && !items.isEmpty() ? cursor.apply(items.get(items.size() - 1)) : null;
    return new Page<>(List.copyOf(items), next);
  }
}
