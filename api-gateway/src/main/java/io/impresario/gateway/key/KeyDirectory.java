package io.impresario.gateway.key;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.impresario.gateway.GatewayConfig;
import io.impresario.rpc.RpcException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the owner of a key: from memory for a few seconds, else from the database. The entries'
 * short life is how a revocation reaches every replica, with nothing to subscribe to and nothing to
 * miss. Keyed by hashes, so that no heap dump holds a key.
 */
@ApplicationScoped
public class KeyDirectory {
  /** Bounds the staleness of an entry whose lookup began before a revocation. */
  private static final Duration LOOKUP_TIMEOUT = Duration.ofMillis(1500);

  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KeyStore store;
  private final Clock clock;
  private final AsyncCache<ByteBuffer, Optional<KeyOwner>> owners;

  @Inject
  public KeyDirectory(KeyStore store, GatewayConfig config, Clock clock) {
    this(store, clock, config.keys().cacheTtl(), config.keys().cacheSize());
  }

  public KeyDirectory(KeyStore store, Clock clock, Duration ttl, int size) {
    this.store = store;
    this.clock = clock;
    this.owners =
        Caffeine.newBuilder()
            .expireAfterWrite(ttl)
            .maximumSize(size)
            .executor(Runnable::run)
            .buildAsync();
  }

  /** Empty for a key that is unknown, revoked, expired or of a suspended tenant. */
  public Uni<Optional<KeyOwner>> find(ApiKey key) {
    return Uni.createFrom()
        .completionStage(
            () -> owners.get(ByteBuffer.wrap(key.hash()), (hash, executor) -> load(hash)))
        .map(found -> found.filter(owner -> !owner.isExpiredAt(clock.instant())));
  }

  /** Makes this replica forget a key at once. */
  public void forget(byte[] hash) {
    owners.synchronous().invalidate(ByteBuffer.wrap(hash));
  }

  /** Makes this replica forget all keys at once. */
  public void forgetAll() {
    owners.synchronous().invalidateAll();
  }

  private CompletableFuture<Optional<KeyOwner>> load(ByteBuffer hash) {
    return store
        .findLive(hash.array())
        .ifNoItem()
        .after(LOOKUP_TIMEOUT)
        .failWith(() -> RpcException.unavailable("The database is not available", RETRY))
        .subscribeAsCompletionStage();
  }
}
