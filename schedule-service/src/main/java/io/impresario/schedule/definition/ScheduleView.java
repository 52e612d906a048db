package io.impresario.schedule.definition;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.impresario.events.JsonText;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A schedule as clients see it: exactly the fields of docs/api/openapi.yaml, never the callback secret. */
record ScheduleView(
    UUID id,
    String workflow,
    JsonText params,
    @JsonProperty("cron_expr") String cronExpr,
    String timezone,
    @JsonProperty("timeout_seconds") int timeoutSeconds,
    @JsonProperty("residential_proxy") @Nullable JsonText residentialProxy,
    @JsonProperty("disable_default_proxy") boolean disableDefaultProxy,
    @JsonProperty("callback_url") @Nullable String callbackUrl,
    @JsonProperty("skip_callbacks") boolean skipCallbacks,
    boolean enabled,
    @JsonProperty("next_fire_at") @Nullable Instant nextFireAt,
    @JsonProperty("last_fire_at") @Nullable Instant lastFireAt,
    @JsonProperty("last_job_id") @Nullable UUID lastJobId,
    @JsonProperty("last_error") @Nullable String lastError,
    @JsonProperty("consecutive_failures") int consecutiveFailures,
    @JsonProperty("created_at") Instant createdAt,
    @JsonProperty("updated_at") Instant updatedAt) {}
