package io.impresario.callback.endpoint;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A stored target. Secrets are sealed; the previous one signs too until its grace time ends. */
@Entity
@Table(name = "webhook_endpoint")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields.
class WebhookEndpoint {

  @Id UUID id;

  @Column(name = "tenant_id", nullable = false, updatable = false)
  UUID tenantId;

  @Column(nullable = false)
  String url;

  @Nullable String description;

  boolean active;

  @Column(name = "secret_sealed", nullable = false)
  String secretSealed;

  @Column(name = "previous_secret_sealed")
  @Nullable String previousSecretSealed;

  @Column(name = "previous_secret_until")
  @Nullable Instant previousSecretUntil;

  @Column(name = "created_at", nullable = false, updatable = false)
  Instant createdAt;

  @Column(name = "updated_at", nullable = false)
  Instant updatedAt;

  /** The secret that was current goes on signing until then; null ends every earlier one. */
  void replaceSecret(String sealed, @Nullable Instant previousUntil) {
    previousSecretSealed = previousUntil == null ? null : secretSealed;
    previousSecretUntil = previousUntil;
    secretSealed = sealed;
  }
}
