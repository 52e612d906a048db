package io.impresario.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UpstreamsTest {
  private static final URI A = URI.create("http://a:1");
  private static final URI B = URI.create("http://b:1");
  private static final URI C = URI.create("http://c:1");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Upstreams upstreams =
      new Upstreams(List.of(A, B, C), Duration.ofSeconds(2), Duration.ofSeconds(3));

  /** Near the overflow of the clock, which is anywhere. */
  private long now = Long.MAX_VALUE - 5;

  private final List<ServiceReplica> replicas = upstreams.inTurn(now);

  @Test
  void takeTurns() {
    assertThat(order()).containsExactly(B, C, A);
    assertThat(order()).containsExactly(C, A, B);
    assertThat(order()).containsExactly(A, B, C);
    assertThat(order()).containsExactly(B, C, A);
  }

  @Test
  void oneThatRefusedIsAskedLastForAWhile() {
    replicas.get(1).refused(now);
    assertThat(order()).containsExactly(C, A, B);
    assertThat(order()).containsExactly(C, A, B);
    assertThat(order()).containsExactly(A, C, B);
    now += 2 * SECOND;
    assertThat(order()).containsExactly(B, C, A);
  }

  @Test
  void oneThatHangsIsAskedLastUntilItAnswers() {
    ServiceReplica b = replicas.get(1);
    b.sent(now);
    b.sent(now);
    now += 3 * SECOND;
    assertThat(isAskedLast(B)).as("silent for long enough").isFalse();
    now += 1;
    assertThat(isAskedLast(B)).isTrue();
    b.heard(now);
    assertThat(isAskedLast(B)).isFalse();
    now += 4 * SECOND;
    assertThat(isAskedLast(B)).as("for the other call").isTrue();
    b.gaveUp(now);
    assertThat(isAskedLast(B)).as("the next call would hang too").isTrue();
    now += 29 * SECOND;
    assertThat(isAskedLast(B)).isTrue();
    now += SECOND;
    assertThat(isAskedLast(B)).as("somebody has to find out").isFalse();
  }

  @Test
  void oneThatHungIsTrustedWithItsNextAnswer() {
    ServiceReplica b = replicas.get(1);
    b.sent(now);
    b.sent(now);
    now += 10 * SECOND;
    b.gaveUp(now);
    assertThat(isAskedLast(B)).isTrue();
    b.heard(now);
    assertThat(isAskedLast(B)).isFalse();
  }

  @Test
  void aClientThatLeavesSoonTellsNothing() {
    ServiceReplica b = replicas.get(1);
    b.sent(now);
    now += SECOND;
    b.gaveUp(now);
    assertThat(isAskedLast(B)).isFalse();
  }

  @Test
  void anIdleOneIsNotSilent() {
    ServiceReplica b = replicas.get(1);
    b.sent(now);
    b.heard(now);
    now += 20 * SECOND;
    b.sent(now);
    now += SECOND;
    assertThat(isAskedLast(B)).isFalse();
  }

  @Test
  void whenAllAreInDoubtAllAreAsked() {
    replicas.forEach(replica -> replica.refused(now));
    assertThat(order()).containsExactly(B, C, A);
    assertThat(order()).containsExactly(C, A, B);
  }

  private boolean isAskedLast(URI address) {
    return Stream.generate(this::order).limit(3).allMatch(order -> order.get(2).equals(address));
  }

  private List<URI> order() {
    return upstreams.inTurn(now).stream().map(ServiceReplica::address).toList();
  }
}
