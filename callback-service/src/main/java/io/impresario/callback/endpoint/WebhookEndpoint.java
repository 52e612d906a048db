package io.impresario.callback.endpoint;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A stored target; its secret is sealed. */
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

  @Column(nullable = false, updatable = false)
  Instant createdAt;

  @Column(nullable = false)
  Instant updatedAt;
}
