package io.impresario.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.key.KeyLimit;
import io.impresario.gateway.key.KeyOwner;
import io.impresario.rpc.RpcException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private record Limits(
      int keyRequestsPerSecond, int keyBurst, int tenantRequestsPerSecond, int tenantBurst)
      implements GatewayConfig.Limits {}

  private static final UUID TENANT = new UUID(0, 1);
  private final AtomicLong now = new AtomicLong();

  @Test
  void aKeyMayBurstAndThenWaits() {
    RateLimits limits = new RateLimits(new Limits(2, 3, 100, 100), now::get);
    assertThat(calls(limits, caller(1), 3)).isNull();
    RpcException refused = Objects.requireNonNull(calls(limits, caller(1), 1));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.data())
        .containsEntry("limit", "key_requests_per_second")
        .containsEntry("retry_after_seconds", 1L);
    assertThat(refused.headers()).containsEntry("Retry-After", "1");
    now.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(calls(limits, caller(1), 1)).isNull();
    assertThat(calls(limits, caller(2), 3)).as("another key").isNull();
  }

  @Test
  void aTenantIsBoundedOverAllItsKeysAndTheKeyIsNotCharged() {
    RateLimits limits = new RateLimits(new Limits(1, 2, 1, 3), now::get);
    assertThat(calls(limits, caller(1), 2)).isNull();
    assertThat(calls(limits, caller(2), 1)).isNull();
    RpcException refused = Objects.requireNonNull(calls(limits, caller(2), 1));
    assertThat(refused.data()).containsEntry("limit", "tenant_requests_per_second");
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(calls(limits, caller(2), 1)).isNull();
  }

  @Test
  void aBucketNeverGivesMoreThanItsRate() {
    Random random = new Random(11);
    TokenBucket bucket = new TokenBucket(5, 10, 0);
    long time = 0;
    long taken = 0;
    for (int i = 0; i < 20_000; i++) {
      time += (long) (random.nextDouble() * 1e8);
      Duration wait = bucket.take(time);
      if (wait.isZero()) {
        taken++;
      } else {
        assertThat(wait).isLessThanOrEqualTo(Duration.ofMillis(201));
      }
      assertThat(taken).isLessThanOrEqualTo((long) (10 + time / 1e9 * 5) + 1);
    }
  }

  @Test
  void aKeyMayHaveALimitOfItsOwn() {
    RateLimits limits = new RateLimits(new Limits(100, 100, 1_000, 1_000), now::get);
    KeyOwner slow = new KeyOwner(new UUID(1, 1), TENANT, Set.of(), null, new KeyLimit(1, 2));
    assertThat(calls(limits, slow, 2)).isNull();
    assertThat(Objects.requireNonNull(calls(limits, slow, 1)).data())
        .containsEntry("limit", "key_requests_per_second");
    assertThat(calls(limits, caller(2), 100)).as("another key").isNull();
  }

  private static KeyOwner caller(int key) {
    return new KeyOwner(new UUID(1, key), TENANT, Set.of(), null, null);
  }

  private static @Nullable RpcException calls(RateLimits limits, KeyOwner caller, int count) {
    return catchThrowableOfType(
        RpcException.class,
        () -> {
          for (int i = 0; i < count; i++) {
            limits.count(caller);
          }
        });
  }
}
