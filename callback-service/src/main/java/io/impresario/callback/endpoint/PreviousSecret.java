package io.impresario.callback.endpoint;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;

/**
 * A secret that was replaced, sealed; it signs beside the current one until its grace time ends.
 */
@Entity
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields.
class PreviousSecret {

  /** Later rotations have higher ids. */
  @Id UUID id;

  @Column(nullable = false, updatable = false)
  UUID endpointId;

  @Column(nullable = false, updatable = false)
  String sealed;

  @Column(nullable = false, updatable = false)
  Instant signsUntil;
}
