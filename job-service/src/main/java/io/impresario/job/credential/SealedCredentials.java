package io.impresario.job.credential;

import io.impresario.job.rotation.SealedRows;
import io.impresario.secrets.KeyRing;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Credentials under the newest key. Keyset pages, so that a row which does not open is passed. */
@ApplicationScoped
class SealedCredentials implements SealedRows {
  private static final Logger LOG = Logger.getLogger(SealedCredentials.class);

  private static final String PAGE =
      """
      SELECT id, tenant_id, name, sealed FROM credential
      WHERE key_id <> $1 AND id > $2 ORDER BY id LIMIT 200
      """;

  /** Not when the value has changed meanwhile: then it is under the newest key already. */
  private static final String RESEAL =
      "UPDATE credential SET sealed = $3 WHERE id = $1 AND sealed = $2";

  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private final Pool pool;
  private final KeyRing keys;

  SealedCredentials(Pool pool, KeyRing keys) {
    this.pool = pool;
    this.keys = keys;
  }

  @Override
  public String name() {
    return "credentials";
  }

  @Override
  public Uni<Resealed> resealAll() {
    return Multi.createBy()
        .repeating()
        .uni(() -> new Page(BEFORE_ALL, 0, 0), this::next)
        .whilst(page -> !page.last)
        .collect()
        .last()
        .map(page -> new Resealed(page.resealed, page.failed));
  }

  /** How far the walk is. */
  private static final class Page {
    private UUID after;
    private long resealed;
    private long failed;
    private boolean last;

    Page(UUID after, long resealed, long failed) {
      this.after = after;
      this.resealed = resealed;
      this.failed = failed;
    }
  }

  private Uni<Page> next(Page page) {
    return pool.preparedQuery(PAGE)
        .execute(Tuple.of(keys.newestKeyId(), page.after))
        .flatMap(rows -> reseal(page, rows));
  }

  private Uni<Page> reseal(Page page, RowSet<Row> rows) {
    List<Tuple> updates = new ArrayList<>();
    for (Row row : rows) {
      page.after = row.getUUID("id");
      try {
        updates.add(resealed(row));
      } catch (IllegalArgumentException unopened) {
        page.failed++;
        LOG.warnf("credential.unopened id=%s reason=%s", page.after, unopened.getMessage());
      }
    }
    page.last = rows.size() == 0;
    page.resealed += updates.size();
    if (updates.isEmpty()) {
      return Uni.createFrom().item(page);
    }
    return pool.preparedQuery(RESEAL).executeBatch(updates).replaceWith(page);
  }

  private Tuple resealed(Row row) {
    String context = CredentialStore.context(row.getUUID("tenant_id"), row.getString("name"));
    String old = row.getString("sealed");
    return Tuple.of(row.getUUID("id"), old, keys.seal(keys.open(old, context), context));
  }
}
