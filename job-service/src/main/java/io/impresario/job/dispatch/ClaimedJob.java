package io.impresario.job.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.impresario.events.ResidentialProxy;
import io.impresario.events.Viewport;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job that this instance has just claimed, with all that its run needs to know. */
record ClaimedJob(
    UUID id,
    UUID tenantId,
    String workflow,
    UUID deploymentId,
    int attempt,
    String params,
    List<String> credentialNames,
    Duration timeout,
    BrowserWish browser,
    @Nullable String traceparent) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How the job wants its browser. */
  record BrowserWish(
      boolean headless,
      boolean gpu,
      @Nullable String startUrl,
      @Nullable Viewport viewport,
      @Nullable ResidentialProxy location,
      boolean disableDefaultProxy) {}

  static ClaimedJob of(Row row) {
    return new ClaimedJob(
        row.getUUID("id"),
        row.getUUID("tenant_id"),
        row.getString("workflow"),
        row.getUUID("deployment_id"),
        row.getInteger("attempt"),
        row.getString("params"),
        List.of(row.getArrayOfStrings("credential_names")),
        Duration.ofSeconds(row.getInteger("timeout_seconds")),
        browser(row),
        row.getString("traceparent"));
  }

  private static BrowserWish browser(Row row) {
    Integer width = row.getInteger("viewport_width");
    return new BrowserWish(
        row.getBoolean("headless"),
        row.getBoolean("gpu"),
        row.getString("start_url"),
        width == null ? null : new Viewport(width, row.getInteger("viewport_height")),
        location(row.getString("residential_proxy")),
        row.getBoolean("disable_default_proxy"));
  }

  private static @Nullable ResidentialProxy location(@Nullable String json) {
    try {
      return json == null ? null : JSON.readValue(json, ResidentialProxy.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the row was written from the same record", e);
    }
  }
}
