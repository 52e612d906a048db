package io.impresario.gateway.profile;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A named browser profile of a tenant. */
@Entity
@Table(name = "browser_profiles")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields.
class BrowserProfile {
  @Id UUID id;

  @Column(name = "tenant_id", nullable = false, updatable = false)
  UUID tenantId;

  @Column(nullable = false, updatable = false)
  String name;

  @Column(name = "created_at", nullable = false, updatable = false)
  Instant createdAt;

  @Column(name = "updated_at", nullable = false)
  Instant updatedAt;
}
