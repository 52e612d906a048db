package io.impresario.gateway.key;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.impresario.gateway.GatewayConfig;
import io.impresario.rpc.RpcException;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds the owner of a key: from memory for a few seconds, else from the database. The entries'
 * short life is how a revocation reaches every replica, with nothing to subscribe to and nothing to
 * miss. While the database is away, a key that was found in the last minutes goes on working. Keyed
 * by hashes, so that no heap dump holds a key.
 */
@ApplicationScoped
public class KeyDirectory {
  private static final Logger LOG = Logger.getLogger(KeyDirectory.class);

  /** Bounds the staleness of an entry whose lookup began before a revocation. */
  private static final Duration LOOKUP_TIMEOUT = Duration.ofMillis(1500);

  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KeyStore store;
  private final Clock clock;
  private final Outage outage;
  private final AsyncCache<ByteBuffer, KeyOwner> fresh;

  /** What the database said last, for when it is away. */
  private final Cache<ByteBuffer, KeyOwner> lastFound;

  /** A cache of its own, so that made-up keys push out no real one. */
  private final Cache<ByteBuffer, Boolean> unknown;

  /** Counts what was forgotten: a lookup that began before that is not remembered. */
  private final AtomicLong forgotten = new AtomicLong();

  @Inject
  public KeyDirectory(KeyStore store, GatewayConfig config, Clock clock) {
    GatewayConfig.Keys keys = config.keys();
    this.store = store;
    this.clock = clock;
    this.outage = new Outage(keys.cacheTtl());
    this.fresh = cache(keys.cacheTtl(), keys).buildAsync();
    this.lastFound = cache(keys.outageTtl(), keys).build();
    this.unknown = cache(keys.cacheTtl(), keys).build();
  }

  private static Caffeine<Object, Object> cache(Duration ttl, GatewayConfig.Keys keys) {
    return Caffeine.newBuilder()
        .expireAfterWrite(ttl)
        .maximumSize(keys.cacheSize())
        .executor(Runnable::run);
  }

  /** Whether an answer about the key needs no lookup, or it was a real one lately. */
  public boolean remembers(ApiKey key) {
    ByteBuffer hash = ByteBuffer.wrap(key.hash());
    return unknown.getIfPresent(hash) != null || lastFound.getIfPresent(hash) != null;
  }

  /** Empty for a key that is unknown, revoked, expired or of a suspended tenant. */
  public Uni<Optional<KeyOwner>> find(ApiKey key) {
    ByteBuffer hash = ByteBuffer.wrap(key.hash());
    KeyOwner last = lastFound.getIfPresent(hash);
    Uni<@Nullable KeyOwner> found;
    if (unknown.getIfPresent(hash) != null) {
      found = Uni.createFrom().nullItem();
    } else if (last != null && outage.isOn()) {
      found = Uni.createFrom().item(last);
    } else {
      found =
          Uni.createFrom()
              .completionStage(() -> fresh.get(hash, (missing, executor) -> load(missing)))
              .onFailure(SqlFault::passes)
              .recoverWithUni(() -> lastFoundOrUnavailable(hash));
    }
    return found.map(
        owner -> Optional.ofNullable(owner).filter(known -> !known.isExpiredAt(clock.instant())));
  }

  /** Makes this replica forget a key at once. */
  public void forget(byte[] hash) {
    forgotten.incrementAndGet();
    fresh.synchronous().invalidate(ByteBuffer.wrap(hash));
    lastFound.invalidate(ByteBuffer.wrap(hash));
  }

  /** Makes this replica forget all keys at once. */
  public void forgetAll() {
    forgotten.incrementAndGet();
    fresh.synchronous().invalidateAll();
    lastFound.invalidateAll();
    unknown.invalidateAll();
  }

  private CompletableFuture<@Nullable KeyOwner> load(ByteBuffer hash) {
    long before = forgotten.get();
    return store
        .findLive(hash.array())
        .ifNoItem()
        .after(LOOKUP_TIMEOUT)
        .fail()
        .onFailure(SqlFault::passes)
        .invoke(outage::failed)
        .invoke(
            found -> {
              outage.ended();
              if (forgotten.get() == before) {
                remember(hash, found);
              }
            })
        .map(found -> found.orElse(null))
        .subscribeAsCompletionStage();
  }

  private void remember(ByteBuffer hash, Optional<KeyOwner> found) {
    if (found.isPresent()) {
      lastFound.put(hash, found.get());
    } else {
      lastFound.invalidate(hash);
      unknown.put(hash, true);
    }
  }

  private Uni<KeyOwner> lastFoundOrUnavailable(ByteBuffer hash) {
    KeyOwner last = lastFound.getIfPresent(hash);
    return last == null
        ? Uni.createFrom()
            .failure(() -> RpcException.unavailable("The database is not available", RETRY))
        : Uni.createFrom().item(last);
  }

  /**
   * Whether the database is taken to be away: for a while after each lookup that failed, so that
   * not every call waits for it. Short enough that a revocation made as soon as the database is
   * back is seen in time.
   */
  private static final class Outage {
    private final long nanos;
    private boolean on;
    private long failedAt;

    Outage(Duration lasts) {
      this.nanos = lasts.toNanos();
    }

    synchronized boolean isOn() {
      return on && System.nanoTime() - failedAt < nanos;
    }

    synchronized void failed(Throwable reason) {
      if (!on) {
        LOG.warnf("key_lookup.failing reason=\"%s\"", reason);
      }
      on = true;
      failedAt = System.nanoTime();
    }

    synchronized void ended() {
      if (on) {
        LOG.info("key_lookup.recovered");
      }
      on = false;
    }
  }
}
