package io.impresario.job.submission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.impresario.events.ResidentialProxy;
import io.impresario.events.Viewport;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A job about to be written: what was asked for, with the workflow's own wishes filled in where the
 * order has none.
 */
record NewJob(JobCandidate candidate, ReadyWorkflow workflow) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The values of {@link JobStore#INSERT}, in its order. */
  Tuple row() {
    JobOrder order = candidate.order();
    Viewport viewport = order.viewport() == null ? workflow.viewport() : order.viewport();
    return Tuple.tuple()
        .addUUID(candidate.id())
        .addUUID(candidate.tenantId())
        .addString(order.workflow())
        .addUUID(workflow.workflowId())
        .addUUID(workflow.deploymentId())
        .addInteger(workflow.version())
        .addString(candidate.source().name().toLowerCase(Locale.ROOT))
        .addUUID(candidate.scheduleId())
        .addOffsetDateTime(utc(candidate.nominalAt()))
        .addString(candidate.nonce())
        .addString(candidate.traceparent())
        .addString(order.params())
        .addInteger(order.timeoutSeconds())
        .addInteger(order.queueTtlSeconds())
        .addString(order.callbackUrl())
        .addString(candidate.secretSealed())
        .addBoolean(order.skipCallbacks())
        .addString(json(order.residentialProxy()))
        .addBoolean(Boolean.TRUE.equals(order.disableDefaultProxy()))
        .addBoolean(order.headless() == null || order.headless())
        .addString(order.startUrl() == null ? workflow.startUrl() : order.startUrl())
        .addBoolean(order.gpu() == null ? workflow.gpu() : order.gpu())
        .addInteger(viewport == null ? null : viewport.width())
        .addInteger(viewport == null ? null : viewport.height())
        .addArrayOfString(workflow.credentialNames().toArray(String[]::new));
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static @Nullable String json(@Nullable ResidentialProxy proxy) {
    try {
      return proxy == null ? null : JSON.writeValueAsString(proxy);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("five texts are JSON", e);
    }
  }
}
