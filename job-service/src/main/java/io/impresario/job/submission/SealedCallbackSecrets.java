package io.impresario.job.submission;

import io.impresario.job.rotation.ResealWalk;
import io.impresario.job.rotation.SealedRows;
import io.impresario.sealing.KeyRing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/**
 * The callback secrets of jobs under the newest key: of unfinished jobs, whose event will carry
 * them, and of ended ones, with which the input of a repeated nonce is compared.
 */
@ApplicationScoped
class SealedCallbackSecrets implements SealedRows {
  private static final String PAGE =
      """
      SELECT id, callback_secret_sealed AS sealed FROM jobs
      WHERE split_part(callback_secret_sealed, '.', 2) <> $1 AND id > $2 ORDER BY id LIMIT 200
      """;

  private static final String RESEAL =
      """
      UPDATE jobs SET callback_secret_sealed = $3 WHERE id = $1 AND callback_secret_sealed = $2
      """;

  private final ResealWalk walk;

  SealedCallbackSecrets(Pool pool, KeyRing keys) {
    this.walk =
        new ResealWalk(
            pool, keys, new ResealWalk.Table(PAGE, RESEAL, row -> context(row.getUUID("id"))));
  }

  /** What a job's callback secret is bound to. */
  static String context(UUID job) {
    return "job:" + job;
  }

  @Override
  public String name() {
    return "callback_secrets";
  }

  @Override
  public Uni<Resealed> resealAll() {
    return walk.run();
  }
}
