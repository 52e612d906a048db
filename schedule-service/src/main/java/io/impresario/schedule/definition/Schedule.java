package io.impresario.schedule.definition;

import io.impresario.events.JsonText;
import io.impresario.events.ResidentialProxy;
import io.impresario.schedule.cron.FireTime;
import io.impresario.schedule.cron.FireTimes;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as its owner defines it, with what has become of it so far. The {@code last…} fields
 * and {@code consecutive_failures} are written by firing and by the ends of jobs, in SQL; here they
 * are only read, which {@link DynamicUpdate} keeps so.
 */
@Entity
@Table(name = "schedule")
@DynamicUpdate
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of a stored row
public class Schedule {
  @Id private UUID id;

  @Column(updatable = false)
  private UUID tenantId;

  private String workflow;
  private String params;
  private String cronExpr;
  private String timezone;
  private int timeoutSeconds;
  private @Nullable String residentialProxy;
  private boolean disableDefaultProxy;
  private @Nullable Boolean headless;
  private @Nullable String startUrl;
  private @Nullable Boolean gpu;
  private @Nullable Integer viewportWidth;
  private @Nullable Integer viewportHeight;
  private @Nullable String callbackUrl;
  private @Nullable String callbackSecretSealed;
  private boolean skipCallbacks;
  private boolean enabled;
  private @Nullable Instant nextFireAt;

  @Column(insertable = false, updatable = false)
  private @Nullable Instant lastFireAt;

  @Column(insertable = false, updatable = false)
  private @Nullable UUID lastJobId;

  @Column(insertable = false, updatable = false)
  private @Nullable String lastError;

  @Column(insertable = false, updatable = false)
  private int consecutiveFailures;

  @Column(updatable = false)
  private Instant createdAt;

  private Instant updatedAt;

  protected Schedule() {}

  /** A schedule with the documented defaults; it has no timing yet. */
  Schedule(UUID id, UUID tenantId, Instant createdAt) {
    this.id = id;
    this.tenantId = tenantId;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
    this.params = JsonText.EMPTY_OBJECT.text();
    this.timezone = Timing.DEFAULT_ZONE;
    this.timeoutSeconds = 900;
    this.enabled = true;
  }

  UUID id() {
    return id;
  }

  Instant createdAt() {
    return createdAt;
  }

  String workflow() {
    return workflow;
  }

  void workflow(String name) {
    workflow = name;
  }

  void params(JsonText object) {
    params = object.text();
  }

  void cronExpr(String text) {
    cronExpr = text;
  }

  void timezone(String name) {
    timezone = name;
  }

  void timeoutSeconds(int seconds) {
    timeoutSeconds = seconds;
  }

  void residentialProxy(@Nullable ResidentialProxy proxy) {
    residentialProxy = proxy == null ? null : ProxyJson.write(proxy);
  }

  void disableDefaultProxy(boolean disable) {
    disableDefaultProxy = disable;
  }

  void headless(@Nullable Boolean value) {
    headless = value;
  }

  void startUrl(@Nullable String url) {
    startUrl = url;
  }

  void gpu(@Nullable Boolean value) {
    gpu = value;
  }

  void viewport(@Nullable Integer width, @Nullable Integer height) {
    viewportWidth = width;
    viewportHeight = height;
  }

  void callbackUrl(@Nullable String url) {
    callbackUrl = url;
  }

  void callbackSecretSealed(@Nullable String sealed) {
    callbackSecretSealed = sealed;
  }

  void skipCallbacks(boolean skip) {
    skipCallbacks = skip;
  }

  void enabled(boolean value) {
    enabled = value;
  }

  /** What the secret of a schedule is sealed under; jobs get it sealed anew under their own id. */
  String sealContext() {
    return sealContext(id);
  }

  static String sealContext(UUID id) {
    return "schedule:" + id;
  }

  boolean hasHalfACallback() {
    return (callbackUrl == null) != (callbackSecretSealed == null);
  }

  boolean hasTwoWaysOut() {
    return disableDefaultProxy && residentialProxy != null;
  }

  /** What decides on {@code next_fire_at}. */
  record When(String cronExpr, String timezone, boolean enabled) {}

  When when() {
    return new When(cronExpr, timezone, enabled);
  }

  /** From now on, never for what has passed: neither enabling nor changing fills anything in. */
  void planFrom(Instant now) {
    nextFireAt =
        enabled
            ? FireTimes.of(cronExpr, timezone)
                .flatMap(times -> times.after(now))
                .map(FireTime::at)
                .orElseThrow(() -> new IllegalStateException("timing was not validated"))
            : null;
  }

  void touch(Instant now) {
    updatedAt = now;
  }

  ScheduleView view() {
    return new ScheduleView(
        id,
        workflow,
        new JsonText(params),
        cronExpr,
        timezone,
        timeoutSeconds,
        residentialProxy == null ? null : new JsonText(residentialProxy),
        disableDefaultProxy,
        callbackUrl,
        skipCallbacks,
        enabled,
        nextFireAt,
        lastFireAt,
        lastJobId,
        lastError,
        consecutiveFailures,
        createdAt,
        updatedAt);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schedule schedule && id.equals(schedule.id);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(id);
  }
}
