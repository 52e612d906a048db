package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UpstreamsTest {
  private static final URI A = URI.create("http://a:1");
  private static final URI B = URI.create("http://b:1");
  private static final URI C = URI.create("http://c:1");

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Upstreams upstreams =
      new Upstreams(List.of(A, B, C), Duration.ofSeconds(2), now::get);

  @Test
  void takeTurns() {
    assertThat(upstreams.inTurn()).containsExactly(A, B, C);
    assertThat(upstreams.inTurn()).containsExactly(B, C, A);
    assertThat(upstreams.inTurn()).containsExactly(C, A, B);
    assertThat(upstreams.inTurn()).containsExactly(A, B, C);
  }

  @Test
  void oneThatRefusedIsAskedLastForAWhile() {
    upstreams.leaveOut(A);
    assertThat(upstreams.inTurn()).containsExactly(B, C, A);
    assertThat(upstreams.inTurn()).containsExactly(B, C, A);
    assertThat(upstreams.inTurn()).containsExactly(C, B, A);
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(upstreams.inTurn()).containsExactly(A, B, C);
  }

  @Test
  void whenAllRefusedAllAreAsked() {
    List.of(A, B, C).forEach(upstreams::leaveOut);
    assertThat(upstreams.inTurn()).containsExactlyInAnyOrder(A, B, C);
  }
}
