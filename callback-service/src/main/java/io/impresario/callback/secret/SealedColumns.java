package io.impresario.callback.secret;

import io.impresario.sealing.SealedColumn;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The secrets that this service stores, for the walk that brings them under the newest key. */
final class SealedColumns {

  private static final String ENDPOINTS =
      """
      SELECT id, secret_sealed AS sealed FROM webhook_endpoint
      WHERE split_part(secret_sealed, '.', 2) <> $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  private static final String RESEAL_ENDPOINT =
      "UPDATE webhook_endpoint SET secret_sealed = $3 WHERE id = $1 AND secret_sealed = $2";

  private static final String PREVIOUS =
      """
      SELECT id, endpoint_id, sealed FROM previous_secret
      WHERE split_part(sealed, '.', 2) <> $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  private static final String RESEAL_PREVIOUS =
      "UPDATE previous_secret SET sealed = $3 WHERE id = $1 AND sealed = $2";

  private static final String DELIVERIES =
      """
      SELECT id, job_id, secret_sealed AS sealed FROM delivery
      WHERE split_part(secret_sealed, '.', 2) <> $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  private static final String RESEAL_DELIVERY =
      "UPDATE delivery SET secret_sealed = $3 WHERE id = $1 AND secret_sealed = $2";

  private SealedColumns() {}

  @Produces
  @Singleton
  static SealedColumn endpoints() {
    return new SealedColumn(
        "endpoints",
        ENDPOINTS,
        RESEAL_ENDPOINT,
        row -> SealedSecrets.endpointContext(row.getUUID("id")));
  }

  /** The secrets before the last rotations, which sign beside the current one for a while. */
  @Produces
  @Singleton
  static SealedColumn previousOfEndpoints() {
    return new SealedColumn(
        "endpoints",
        PREVIOUS,
        RESEAL_PREVIOUS,
        row -> SealedSecrets.endpointContext(row.getUUID("endpoint_id")));
  }

  @Produces
  @Singleton
  static SealedColumn deliveries() {
    return new SealedColumn(
        "deliveries",
        DELIVERIES,
        RESEAL_DELIVERY,
        row -> SealedSecrets.jobContext(row.getUUID("job_id")));
  }
}
