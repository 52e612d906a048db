package io.impresario.schedule.definition;

import io.impresario.sealing.SealedColumn;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The callback secrets of schedules, for the walk that brings them under the newest key. */
final class SealedCallbackSecrets {
  private static final String PAGE =
      """
      SELECT id, callback_secret_sealed AS sealed FROM schedule
      WHERE split_part(callback_secret_sealed, '.', 2) <> $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  private static final String RESEAL =
      """
      UPDATE schedule SET callback_secret_sealed = $3
      WHERE id = $1 AND callback_secret_sealed = $2
      """;

  private SealedCallbackSecrets() {}

  @Produces
  @Singleton
  static SealedColumn secrets() {
    return new SealedColumn(
        "schedules", PAGE, RESEAL, row -> Schedule.sealContext(row.getUUID("id")));
  }
}
