package io.impresario.log.query;

import io.impresario.events.LogLevel;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which lines a walk is over and in which order: of one job by their sequence, else of the tenant
 * by their time.
 */
record LogQuery(
    UUID tenantId,
    @Nullable UUID jobId,
    @Nullable String workflow,
    @Nullable LogLevel level,
    Order order) {

  /** What a page token is bound to, beside its position. */
  String fingerprint() {
    return String.join(
        "\n",
        tenantId.toString(),
        String.valueOf(jobId),
        String.valueOf(level),
        order.name(),
        String.valueOf(workflow));
  }
}
