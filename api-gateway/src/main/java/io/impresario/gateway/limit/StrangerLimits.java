package io.impresario.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.impresario.gateway.GatewayConfig;
import io.impresario.rpc.RpcException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds how fast one address may ask for keys that turn out to be unknown. A real key costs
 * nothing, however many clients share the address, unless strangers behind it have used up what it
 * may ask.
 */
@ApplicationScoped
public class StrangerLimits {
  private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

  /** A bucket has about 100 bytes. Who owns more addresses than this is not stopped by counting. */
  private static final int MAX_ADDRESSES = 50_000;

  private final GatewayConfig.Addresses limits;
  private final LongSupplier nanoTime;
  private final Cache<String, TokenBucket> buckets =
      Caffeine.newBuilder()
          .expireAfterAccess(FORGET_AFTER)
          .maximumSize(MAX_ADDRESSES)
          .executor(Runnable::run)
          .build();

  @Inject
  public StrangerLimits(GatewayConfig config) {
    this(config.addresses(), System::nanoTime);
  }

  StrangerLimits(GatewayConfig.Addresses limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * @throws RpcException 429 when too many unknown keys came from the address lately
   */
  public void check(String address) {
    TokenBucket bucket = buckets.getIfPresent(address);
    Duration wait = bucket == null ? Duration.ZERO : bucket.untilFree(nanoTime.getAsLong());
    if (!wait.isZero()) {
      throw RpcException.tooManyRequests(
          "Too many unknown API keys from this address", "unknown_keys_per_second", wait);
    }
  }

  /** A key from the address was looked up in vain. */
  public void charge(String address) {
    long now = nanoTime.getAsLong();
    buckets
        .get(
            address,
            absent ->
                new TokenBucket(limits.unknownKeysPerSecond(), limits.unknownKeysBurst(), now))
        .charge(now);
  }
}
