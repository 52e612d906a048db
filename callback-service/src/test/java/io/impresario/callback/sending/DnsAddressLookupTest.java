package io.impresario.callback.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsAddressLookupTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Sixty-four threads refused what came beyond the sixty-fourth name. */
  @Test
  void findsHundredsOfNamesAtOnceBesideHundredsThatAreSilent() throws Exception {
    try (SlowNameServer server = new SlowNameServer(Duration.ofMillis(500))) {
      DnsAddressLookup lookup = lookup(server.address());
      List<Future<List<InetAddress>>> silent =
          IntStream.range(0, 200).mapToObj(i -> lookup.addressesOf(i + ".silent")).toList();
      List<Future<List<InetAddress>>> good =
          IntStream.range(0, 200).mapToObj(i -> lookup.addressesOf(i + ".good")).toList();

      for (Future<List<InetAddress>> one : good) {
        assertThat(end(one).result()).containsExactly(InetAddress.getByName("127.0.0.1"));
      }
      assertThat(end(silent.get(199)).cause()).isInstanceOf(UnknownHostException.class);
    }
  }

  @Test
  void asksOnceForANameThatManyWantAndKeepsTheAnswer() throws Exception {
    try (SlowNameServer server = new SlowNameServer(Duration.ofMillis(200))) {
      DnsAddressLookup lookup = lookup(server.address());
      List<Future<List<InetAddress>>> many =
          IntStream.range(0, 100).mapToObj(i -> lookup.addressesOf("one.good")).toList();
      for (Future<List<InetAddress>> one : many) {
        assertThat(end(one).succeeded()).isTrue();
      }
      int asked = server.questions();
      assertThat(end(lookup.addressesOf("one.good")).succeeded()).isTrue();

      // One question for each family of addresses.
      assertThat(asked).isLessThanOrEqualTo(2);
      assertThat(server.questions()).isEqualTo(asked);
    }
  }

  @Test
  void tellsANameThatDoesNotExistFromANameServerThatDoesNotAnswer() throws Exception {
    try (SlowNameServer server = new SlowNameServer(Duration.ZERO);
        DatagramSocket nobody = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      assertThat(end(lookup(server.address()).addressesOf("a.bad")).cause())
          .isInstanceOf(UnknownHostException.class);
      assertThat(end(lookup(server.address()).addressesOf("a.silent")).cause())
          .isInstanceOf(UnknownHostException.class);
      assertThat(end(lookup("127.0.0.1:" + nobody.getLocalPort()).addressesOf("a.good")).cause())
          .isInstanceOf(NoNameServerException.class);
    }
  }

  @Test
  void knowsTheNamesOfTheHostsFile() throws IOException, InterruptedException {
    try (SlowNameServer server = new SlowNameServer(Duration.ZERO)) {
      assertThat(end(lookup(server.address()).addressesOf("localhost")).result())
          .contains(InetAddress.getByName("127.0.0.1"));
    }
  }

  private DnsAddressLookup lookup(String server) {
    return new DnsAddressLookup(
        vertx, CallbackSenderTest.limits(Duration.ofSeconds(15), Optional.of(List.of(server))));
  }

  private static <T> Future<T> end(Future<T> future) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    future.onComplete(done -> ended.countDown());
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    return future;
  }
}
