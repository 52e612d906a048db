package io.impresario.schedule.definition;

import io.impresario.events.JsonText;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.SpecDocument;
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
  private static final JobSpec DEFAULT = JobSpec.ofTimeout(900);

  @Id private UUID id;

  @Column(updatable = false)
  private UUID tenantId;

  private String workflow;
  private String params;
  private String cronExpr;
  private String timezone;
  private String spec;
  private @Nullable String callbackSecretSealed;
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
    this.spec = SpecDocument.write(DEFAULT);
    this.enabled = true;
  }

  UUID id() {
    return id;
  }

  UUID tenantId() {
    return tenantId;
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

  /** How its jobs are to be run. */
  JobSpec spec() {
    return SpecDocument.read(spec, callbackSecretSealed);
  }

  void spec(JobSpec value) {
    spec = SpecDocument.write(value);
    callbackSecretSealed = value.secretSealed();
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
    JobSpec jobs = spec();
    return new ScheduleView(
        id,
        workflow,
        new JsonText(params),
        cronExpr,
        timezone,
        jobs.timeoutSeconds(),
        jobs.residentialProxy(),
        jobs.disableDefaultProxy(),
        jobs.callback() == null ? null : jobs.callback().url(),
        jobs.skipCallbacks(),
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
