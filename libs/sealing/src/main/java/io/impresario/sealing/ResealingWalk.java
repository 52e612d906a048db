package io.impresario.sealing;

import io.impresario.sealing.Resealing.Count;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * One walk through all columns, in pages by id, so that a row that does not open is passed. Each
 * row is sealed by itself: an interruption loses nothing and no two rows are locked at once.
 */
final class ResealingWalk {
  private static final Logger LOG = Logger.getLogger(ResealingWalk.class);
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  /** As many updates as a page: a second at most. */
  private static final int PAGE_ROWS = 200;

  /** With a key missing it may be every row; the counts tell how many. */
  private static final int LOGGED_ROWS = 100;

  private final Pool pool;
  private final KeyRing keys;
  private final List<SealedColumn> columns;
  private final Map<String, Count> counts = new TreeMap<>();
  private int column;
  private int logged;
  private UUID after = BEFORE_ALL;

  ResealingWalk(Pool pool, KeyRing keys, List<SealedColumn> columns) {
    this.pool = pool;
    this.keys = keys;
    this.columns = columns;
    columns.forEach(one -> counts.put(one.name(), Count.NONE));
  }

  /** What was done up to now, by the names of the columns. */
  Map<String, Count> counts() {
    return counts;
  }

  boolean hasNext() {
    return column < columns.size();
  }

  /** Seals the next page. A page that fails is the next one again. */
  Uni<ResealingWalk> next() {
    if (!hasNext()) {
      return Uni.createFrom().item(this);
    }
    SealedColumn current = columns.get(column);
    return pool.preparedQuery(current.page())
        .execute(Tuple.of(keys.newestKeyId(), after, (long) PAGE_ROWS))
        .flatMap(
            rows ->
                reseal(current, rows)
                    .invoke(count -> counts.merge(current.name(), count, Count::plus))
                    .invoke(() -> turn(rows)))
        .replaceWith(this);
  }

  private void turn(RowSet<Row> rows) {
    if (rows.size() < PAGE_ROWS) {
      column++;
      after = BEFORE_ALL;
    } else {
      rows.forEach(row -> after = row.getUUID("id"));
    }
  }

  private Uni<Count> reseal(SealedColumn current, RowSet<Row> rows) {
    List<Tuple> updates = new ArrayList<>();
    for (Row row : rows) {
      try {
        updates.add(resealed(current, row));
      } catch (IllegalArgumentException unopened) {
        log(current, row, unopened);
      }
    }
    return Multi.createFrom()
        .iterable(updates)
        .onItem()
        .transformToUniAndConcatenate(
            update -> pool.preparedQuery(current.update()).execute(update))
        .collect()
        .with(Collectors.summingLong(RowSet::rowCount))
        .map(updated -> new Count(updated, rows.size() - updates.size()));
  }

  private Tuple resealed(SealedColumn current, Row row) {
    String context = current.context().apply(row);
    String sealed = row.getString("sealed");
    return Tuple.of(row.getUUID("id"), sealed, keys.seal(keys.open(sealed, context), context));
  }

  private void log(SealedColumn current, Row row, IllegalArgumentException unopened) {
    if (logged++ < LOGGED_ROWS) {
      LOG.errorf(
          "secret.unopened kind=%s id=%s reason=\"%s\"",
          current.name(), row.getUUID("id"), unopened.getMessage());
    }
  }
}
