package io.impresario.job.submission;

import io.impresario.sealing.SealedColumn;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * The callback secrets of jobs, for the walk that brings them under the newest key: of unfinished
 * jobs, whose event will carry them, and of ended ones, with which the input of a repeated nonce is
 * compared.
 */
final class SealedCallbackSecrets {
  private static final String PAGE =
      """
      SELECT id, callback_secret_sealed AS sealed FROM jobs
      WHERE split_part(callback_secret_sealed, '.', 2) <> $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  private static final String RESEAL =
      """
      UPDATE jobs SET callback_secret_sealed = $3 WHERE id = $1 AND callback_secret_sealed = $2
      """;

  private SealedCallbackSecrets() {}

  /** What a job's callback secret is bound to. */
  static String context(UUID job) {
    return "job:" + job;
  }

  @Produces
  @Singleton
  static SealedColumn secrets() {
    return new SealedColumn("callback_secrets", PAGE, RESEAL, row -> context(row.getUUID("id")));
  }
}
