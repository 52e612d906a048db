package io.impresario.job.rotation;

import io.impresario.job.rotation.SealedRows.Resealed;
import io.impresario.sealing.KeyRing;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Walks a table in pages by id, so that a row which does not open is passed, and seals each row
 * anew by itself: an interruption loses nothing, and no two rows are locked at once.
 */
public final class ResealWalk {
  private static final Logger LOG = Logger.getLogger(ResealWalk.class);
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private final Pool pool;
  private final KeyRing keys;
  private final Table table;

  /**
   * A table with sealed values.
   *
   * @param page selects {@code id}, {@code sealed} and what the context needs of the rows with an
   *     id after $2 that are not under the key $1, ordered by id
   * @param update replaces the sealed value $2 of the row $1 by $3, if it is still that
   * @param context what a row's value is bound to
   */
  public record Table(String page, String update, Function<Row, String> context) {}

  public ResealWalk(Pool pool, KeyRing keys, Table table) {
    this.pool = pool;
    this.keys = keys;
    this.table = table;
  }

  public Uni<Resealed> run() {
    return Multi.createBy()
        .repeating()
        .uni(Progress::new, this::next)
        .whilst(progress -> !progress.last)
        .collect()
        .last()
        .map(progress -> new Resealed(progress.resealed, progress.failed));
  }

  /** How far the walk is. */
  private static final class Progress {
    private UUID after = BEFORE_ALL;
    private long resealed;
    private long failed;
    private boolean last;
  }

  private Uni<Progress> next(Progress progress) {
    return pool.preparedQuery(table.page())
        .execute(Tuple.of(keys.newestKeyId(), progress.after))
        .flatMap(rows -> reseal(progress, rows));
  }

  private Uni<Progress> reseal(Progress progress, RowSet<Row> rows) {
    List<Tuple> updates = new ArrayList<>();
    for (Row row : rows) {
      progress.after = row.getUUID("id");
      try {
        updates.add(resealed(row));
      } catch (IllegalArgumentException unopened) {
        progress.failed++;
        LOG.warnf("secret.unopened id=%s reason=%s", progress.after, unopened.getMessage());
      }
    }
    progress.last = rows.size() == 0;
    return Multi.createFrom()
        .iterable(updates)
        .onItem()
        .transformToUniAndConcatenate(update -> pool.preparedQuery(table.update()).execute(update))
        .onItem()
        .invoke(done -> progress.resealed += done.rowCount())
        .collect()
        .last()
        .replaceWith(progress);
  }

  private Tuple resealed(Row row) {
    String context = table.context().apply(row);
    String old = row.getString("sealed");
    return Tuple.of(row.getUUID("id"), old, keys.seal(keys.open(old, context), context));
  }
}
