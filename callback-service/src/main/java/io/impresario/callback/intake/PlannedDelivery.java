package io.impresario.callback.intake;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One target of one event, about to be written. */
record PlannedDelivery(
    UUID id,
    UUID tenantId,
    @Nullable UUID jobId,
    @Nullable UUID endpointId,
    String url,
    @Nullable String sealedSecret,
    String event,
    byte[] body,
    String lane) {

  /** Deliveries of one event share its body. */
  UUID bodyId() {
    return jobId == null ? id : jobId;
  }
}
