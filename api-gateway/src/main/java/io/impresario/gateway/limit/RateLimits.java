package io.impresario.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.key.KeyLimit;
import io.impresario.gateway.key.KeyOwner;
import io.impresario.rpc.RpcException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The buckets of all keys and tenants that call this replica. */
@ApplicationScoped
public class RateLimits {
  /**
   * A bucket that was not used for this long is full again whatever its rate, down to one a minute.
   */
  private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

  private final GatewayConfig.Limits limits;
  private final LongSupplier nanoTime;
  private final Cache<UUID, TokenBucket> ofKeys = buckets();
  private final Cache<UUID, TokenBucket> ofTenants = buckets();

  @Inject
  public RateLimits(GatewayConfig config) {
    this(config.limits(), System::nanoTime);
  }

  public RateLimits(GatewayConfig.Limits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * Counts one call.
   *
   * @throws RpcException 429 that names the limit, when the key or the tenant has called too often
   */
  public void count(KeyOwner owner) {
    long now = nanoTime.getAsLong();
    TokenBucket ofKey =
        ofKeys.get(
            owner.keyId(),
            id -> {
              KeyLimit limit = of(owner.limit());
              return new TokenBucket(limit.requestsPerSecond(), limit.burst(), now);
            });
    refuseUnlessFree(ofKey.take(now), "key_requests_per_second", "This API key");
    TokenBucket ofTenant =
        ofTenants.get(
            owner.tenantId(),
            id -> new TokenBucket(limits.tenantRequestsPerSecond(), limits.tenantBurst(), now));
    Duration wait = ofTenant.take(now);
    if (!wait.isZero()) {
      ofKey.putBack();
    }
    refuseUnlessFree(wait, "tenant_requests_per_second", "This tenant");
  }

  /** What holds for a key: its own limit, or the configured one. */
  public KeyLimit of(@Nullable KeyLimit own) {
    return own == null ? new KeyLimit(limits.keyRequestsPerSecond(), limits.keyBurst()) : own;
  }

  private static void refuseUnlessFree(Duration wait, String limit, String who) {
    if (!wait.isZero()) {
      throw RpcException.tooManyRequests(who + " calls too often", limit, wait);
    }
  }

  private static Cache<UUID, TokenBucket> buckets() {
    return Caffeine.newBuilder().expireAfterAccess(FORGET_AFTER).executor(Runnable::run).build();
  }
}
