package io.impresario.gateway.tenant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One customer of the installation; everything in it belongs to exactly one. */
@Entity
@Table(name = "tenants")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields.
public class Tenant {
  @Id private UUID id;

  @Column(nullable = false, updatable = false)
  private String name;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "suspended_at")
  private @Nullable Instant suspendedAt;

  @Column(name = "code_sharing_enabled", nullable = false)
  private boolean codeSharingEnabled;

  @Column(name = "disable_job_failure_notifications", nullable = false)
  private boolean disableJobFailureNotifications;

  @Column(name = "debug_notification_email")
  private @Nullable String debugNotificationEmail;

  /** For Hibernate. */
  protected Tenant() {}

  Tenant(UUID id, String name, Instant createdAt) {
    this.id = id;
    this.name = name;
    this.createdAt = createdAt;
  }

  public UUID id() {
    return id;
  }

  public String name() {
    return name;
  }

  public Instant createdAt() {
    return createdAt;
  }

  /** Null while the tenant is active. */
  public @Nullable Instant suspendedAt() {
    return suspendedAt;
  }

  boolean codeSharingEnabled() {
    return codeSharingEnabled;
  }

  boolean disableJobFailureNotifications() {
    return disableJobFailureNotifications;
  }

  @Nullable String debugNotificationEmail() {
    return debugNotificationEmail;
  }

  void apply(TenantChange change) {
    if (change.codeSharingEnabled() != null) {
      codeSharingEnabled = change.codeSharingEnabled();
    }
    if (change.disableJobFailureNotifications() != null) {
      disableJobFailureNotifications = change.disableJobFailureNotifications();
    }
    if (change.noEmail() || change.debugNotificationEmail() != null) {
      debugNotificationEmail = change.debugNotificationEmail();
    }
  }
}
