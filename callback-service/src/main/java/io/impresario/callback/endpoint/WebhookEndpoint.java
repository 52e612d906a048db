package io.impresario.callback.endpoint;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A stored target. Secrets are sealed; the previous one signs too until its grace time ends. */
@Entity
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields.
class WebhookEndpoint {

  @Id UUID id;

  @Column(nullable = false, updatable = false)
  UUID tenantId;

  @Column(nullable = false)
  String url;

  @Nullable String description;

  boolean active;

  @Column(nullable = false)
  String secretSealed;

  @Nullable String previousSecretSealed;

  @Nullable Instant previousSecretUntil;

  @Column(nullable = false, updatable = false)
  Instant createdAt;

  @Column(nullable = false)
  Instant updatedAt;

  /** The secret that was current goes on signing until then; null ends every earlier one. */
  void replaceSecret(String sealed, @Nullable Instant previousUntil) {
    previousSecretSealed = previousUntil == null ? null : secretSealed;
    previousSecretUntil = previousUntil;
    secretSealed = sealed;
  }
}
