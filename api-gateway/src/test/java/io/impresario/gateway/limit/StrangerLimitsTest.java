package io.impresario.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.impresario.gateway.GatewayConfig;
import io.impresario.rpc.RpcException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrangerLimitsTest {
  private record Guesses(
      int unknownKeysPerSecond, int unknownKeysBurst, Optional<List<String>> trustedProxies)
      implements GatewayConfig.Addresses {}

  private final AtomicLong now = new AtomicLong();
  private final StrangerLimits limits =
      new StrangerLimits(new Guesses(2, 3, Optional.empty()), now::get);

  @Test
  void anAddressMayGuessSomeTimesAndThenWaits() {
    guess("a", 3);
    RpcException refused = refusal("a");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.data()).containsEntry("limit", "unknown_keys_per_second");
    assertThat(refused.headers()).containsEntry("Retry-After", "1");
    assertThatCode(() -> limits.check("b")).as("another address").doesNotThrowAnyException();
    now.addAndGet(Duration.ofMillis(500).toNanos());
    assertThatCode(() -> limits.check("a")).doesNotThrowAnyException();
  }

  @Test
  void askingWithoutHarmCostsNothing() {
    for (int i = 0; i < 1_000; i++) {
      limits.check("a");
    }
    guess("a", 2);
    assertThatCode(() -> limits.check("a")).doesNotThrowAnyException();
  }

  @Test
  void guessesThatWereUnderWayAreADebtOfOneBurstAtMost() {
    guess("a", 1_000);
    now.addAndGet(Duration.ofMillis(1_999).toNanos());
    assertThat(refusal("a").headers()).containsEntry("Retry-After", "1");
    now.addAndGet(Duration.ofMillis(1).toNanos());
    assertThatCode(() -> limits.check("a")).doesNotThrowAnyException();
  }

  private void guess(String address, int times) {
    for (int i = 0; i < times; i++) {
      limits.charge(address);
    }
  }

  private RpcException refusal(String address) {
    return Objects.requireNonNull(
        catchThrowableOfType(RpcException.class, () -> limits.check(address)));
  }
}
