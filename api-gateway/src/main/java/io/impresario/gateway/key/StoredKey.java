package io.impresario.gateway.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key as the database knows it: its hash, never its text. */
@Entity
@Table(name = "api_keys")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields.
public class StoredKey {
  /**
   * What a key may do.
   *
   * @param limit null for the configured one
   */
  public record Grant(List<String> scopes, @Nullable Instant expiresAt, @Nullable KeyLimit limit) {}

  @Id private UUID id;

  @Column(name = "tenant_id", nullable = false, updatable = false)
  private UUID tenantId;

  @Column(nullable = false, updatable = false)
  private String name;

  @Column(nullable = false, updatable = false)
  private byte[] hash;

  @Column(nullable = false, updatable = false)
  private String start;

  @Column(nullable = false, updatable = false)
  private String[] scopes;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "expires_at", updatable = false)
  private @Nullable Instant expiresAt;

  /** Written by {@link KeyStore#noteUse}. */
  @Column(name = "last_used_at", insertable = false, updatable = false)
  private @Nullable Instant lastUsedAt;

  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  @Column(name = "requests_per_second", updatable = false)
  private @Nullable Integer requestsPerSecond;

  @Column(updatable = false)
  private @Nullable Integer burst;

  /** For Hibernate. */
  protected StoredKey() {}

  public StoredKey(
      UUID id, UUID tenantId, String name, ApiKey key, Grant grant, Instant createdAt) {
    this.id = id;
    this.tenantId = tenantId;
    this.name = name;
    this.hash = key.hash();
    this.start = key.start();
    this.scopes = grant.scopes().toArray(String[]::new);
    this.createdAt = createdAt;
    this.expiresAt = grant.expiresAt();
    this.requestsPerSecond = grant.limit() == null ? null : grant.limit().requestsPerSecond();
    this.burst = grant.limit() == null ? null : grant.limit().burst();
  }

  public UUID id() {
    return id;
  }

  public String name() {
    return name;
  }

  public byte[] hash() {
    return hash.clone();
  }

  /** The first characters, for people to tell their keys apart. */
  public String start() {
    return start;
  }

  public List<String> scopes() {
    return List.of(scopes);
  }

  public Instant createdAt() {
    return createdAt;
  }

  public @Nullable Instant expiresAt() {
    return expiresAt;
  }

  public @Nullable Instant lastUsedAt() {
    return lastUsedAt;
  }

  /** Null when the configured limit holds. */
  public @Nullable KeyLimit limit() {
    return requestsPerSecond == null || burst == null
        ? null
        : new KeyLimit(requestsPerSecond, burst);
  }

  void revoke(Instant now) {
    revokedAt = now;
  }
}
