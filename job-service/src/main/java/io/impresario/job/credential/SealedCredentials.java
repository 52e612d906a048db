package io.impresario.job.credential;

import io.impresario.sealing.SealedColumn;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The values of credentials, for the walk that brings them under the newest key. */
final class SealedCredentials {
  private static final String PAGE =
      """
      SELECT id, tenant_id, name, sealed FROM credential
      WHERE key_id <> $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  private static final String RESEAL =
      "UPDATE credential SET sealed = $3 WHERE id = $1 AND sealed = $2";

  private SealedCredentials() {}

  @Produces
  @Singleton
  static SealedColumn values() {
    return new SealedColumn(
        "credentials",
        PAGE,
        RESEAL,
        row -> CredentialStore.context(row.getUUID("tenant_id"), row.getString("name")));
  }
}
