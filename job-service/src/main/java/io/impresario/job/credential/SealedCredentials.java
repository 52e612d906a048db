package io.impresario.job.credential;

import io.impresario.job.rotation.ResealWalk;
import io.impresario.job.rotation.SealedRows;
import io.impresario.sealing.KeyRing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;

/** Credentials under the newest key. */
@ApplicationScoped
class SealedCredentials implements SealedRows {
  private static final String PAGE =
      """
      SELECT id, tenant_id, name, sealed FROM credential
      WHERE key_id <> $1 AND id > $2 ORDER BY id LIMIT 200
      """;

  /** Not when the value has changed meanwhile: then it is under the newest key already. */
  private static final String RESEAL =
      "UPDATE credential SET sealed = $3 WHERE id = $1 AND sealed = $2";

  private final ResealWalk walk;

  SealedCredentials(Pool pool, KeyRing keys) {
    this.walk =
        new ResealWalk(
            pool, keys, new ResealWalk.Table(PAGE, RESEAL, SealedCredentials::contextOf));
  }

  @Override
  public String name() {
    return "credentials";
  }

  @Override
  public Uni<Resealed> resealAll() {
    return walk.run();
  }

  private static String contextOf(Row row) {
    return CredentialStore.context(row.getUUID("tenant_id"), row.getString("name"));
  }
}
