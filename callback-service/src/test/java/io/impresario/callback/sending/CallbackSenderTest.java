package io.impresario.callback.sending;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.sending.AttemptOutcome.Delivered;
import io.impresario.callback.sending.AttemptOutcome.NotTried;
import io.impresario.callback.sending.AttemptOutcome.Refused;
import io.impresario.callback.sending.AttemptOutcome.Rejected;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.targets.TargetGuard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sender against peers that do not behave; its whole time is one second here. */
class CallbackSenderTest {

  /** For attempts that are not to run out of time. */
  private static final Duration AMPLE = Duration.ofSeconds(15);

  private record Limits(
      Duration timeout,
      Duration lookupTimeout,
      Duration lookupCache,
      Optional<List<String>> nameServers,
      Optional<Path> caBundle,
      Duration connectTimeout,
      Duration keepAlive,
      int answerLimit)
      implements SendingConfig {}

  static SendingConfig limits(Duration timeout, Optional<List<String>> nameServers) {
    return limits(timeout, nameServers, Optional.empty());
  }

  static SendingConfig limits(
      Duration timeout, Optional<List<String>> nameServers, Optional<Path> caBundle) {
    return new Limits(
        timeout,
        Duration.ofSeconds(2),
        Duration.ofMinutes(1),
        nameServers,
        caBundle,
        timeout.dividedBy(2),
        Duration.ofSeconds(1),
        16_384);
  }

  private interface Peer {
    void serve(Socket socket) throws IOException;
  }

  private final Vertx vertx = Vertx.vertx();
  private ServerSocket listener;
  private volatile String firstBytes = "";

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void keepsTheBeginningOfAnEndlessAnswer() throws Exception {
    answerWith(
        peer -> {
          write(peer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
          while (true) {
            write(peer, "x".repeat(1000));
          }
        });

    assertThat(send("http://127.0.0.1:" + listener.getLocalPort() + "/"))
        .isInstanceOfSatisfying(
            Delivered.class,
            delivered -> assertThat(delivered.answer().beginning().length()).isEqualTo(16_384));
  }

  @Test
  void letsTheStatusDecideWhenTheAnswerNeverEnds() throws Exception {
    answerWith(
        peer -> {
          write(peer, "HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 100\r\n\r\nabc");
          awaitEnd(peer);
        });

    assertThat(send("http://127.0.0.1:" + listener.getLocalPort() + "/"))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.status()).isEqualTo(503);
              assertThat(rejected.askedDelay()).contains(Duration.ofSeconds(7));
              assertThat(rejected.answer().beginning()).hasToString("abc");
            });
  }

  @Test
  void letsTheStatusDecideHoweverLongTheHeadersAre() throws Exception {
    String long20K = "Set-Cookie: a=" + "x".repeat(5_000) + "\r\n";
    answerWith(
        peer ->
            write(peer, "HTTP/1.1 200 OK\r\n" + long20K.repeat(4) + "Content-Length: 0\r\n\r\n"));

    assertThat(send("http://127.0.0.1:" + listener.getLocalPort() + "/", AMPLE))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void letsTheStatusDecideWhenTheAnswersBodyBreaks() throws Exception {
    answerWith(
        peer ->
            write(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n"));
    assertThat(send("http://127.0.0.1:" + listener.getLocalPort() + "/", AMPLE))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void letsTheStatusDecideWhenTheConnectionEndsInTheBody() throws Exception {
    answerWith(peer -> write(peer, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"));
    assertThat(send("http://127.0.0.1:" + listener.getLocalPort() + "/", AMPLE))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void endsInTimeWhenNothingIsAnswered() throws Exception {
    answerWith(CallbackSenderTest::awaitEnd);
    long start = System.nanoTime();

    assertThat(send("http://127.0.0.1:" + listener.getLocalPort() + "/"))
        .isInstanceOf(Unreachable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
  }

  @Test
  void endsInTimeWhenANameIsNeverResolved() throws Exception {
    assertThat(
            send("http://silent.example/", host -> Promise.<List<InetAddress>>promise().future()))
        .isInstanceOf(Unreachable.class);
  }

  @Test
  void doesNotCallItAnAttemptWhenNoNameServerAnswers() throws Exception {
    assertThat(
            send("http://name.example/", host -> Future.failedFuture(new NoNameServerException())))
        .isEqualTo(new NotTried("no name server answers"));
  }

  @Test
  void saysWhatIsWrongWithAConnection() throws Exception {
    int port = listener.getLocalPort();
    answerWith(peer -> write(peer, "SSH-2.0-OpenSSH\r\n"));
    assertThat(send("http://127.0.0.1:" + port + "/")).isInstanceOf(Unreachable.class);
    assertThat(send("https://127.0.0.1:" + port + "/"))
        .isInstanceOfSatisfying(
            Unreachable.class, failed -> assertThat(failed.reason()).startsWith("no connection"));
    listener.close();
    assertThat(send("http://127.0.0.1:" + port + "/"))
        .isEqualTo(new Unreachable("no connection: connection refused"));
  }

  /** RFC 6066, 3: a server name is a name. */
  @Test
  void namesNoServerInTlsWhenTheHostIsAnAddress() throws Exception {
    answerWith(peer -> {});
    send("https://127.0.0.1:" + listener.getLocalPort() + "/", AMPLE);
    assertThat(firstBytes).isNotEmpty().doesNotContain("127.0.0.1");

    send(
        "https://name.example:" + listener.getLocalPort() + "/",
        host -> addresses("127.0.0.1", "127.0.0.1"),
        AMPLE);
    assertThat(firstBytes).contains("name.example");
  }

  @Test
  void putsAnIpv6AddressIntoBracketsInTheHostHeader() throws Exception {
    listener.close();
    listener = new ServerSocket(0, 50, InetAddress.getByName("::1"));
    answerWith(
        peer -> write(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

    assertThat(send("http://[::1]:" + listener.getLocalPort() + "/", AMPLE))
        .isInstanceOf(Delivered.class);
    assertThat(firstBytes)
        .containsIgnoringCase("host: [0:0:0:0:0:0:0:1]:" + listener.getLocalPort() + "\r\n");
  }

  @Test
  void refusesWithoutConnecting() throws Exception {
    assertThat(send("http://10.0.0.1/")).isInstanceOf(Refused.class);
    assertThat(
            send(
                "http://name.example:" + listener.getLocalPort() + "/",
                host -> addresses("127.0.0.1", "192.168.0.1")))
        .isEqualTo(new Refused("the name name.example leads to a private address"));
  }

  @Test
  void triesTheNextAddressWhenOneDoesNotAnswer() throws Exception {
    answerWith(
        peer ->
            write(
                peer, "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

    assertThat(
            send(
                "http://two.example:" + listener.getLocalPort() + "/",
                host -> addresses("127.0.0.9", "127.0.0.1"),
                AMPLE))
        .isInstanceOf(Delivered.class);
  }

  private static Future<List<InetAddress>> addresses(String first, String second) {
    try {
      return Future.succeededFuture(
          List.of(InetAddress.getByName(first), InetAddress.getByName(second)));
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }

  private AttemptOutcome send(String url) throws Exception {
    return send(url, host -> Future.failedFuture(new IOException("no such name")));
  }

  private AttemptOutcome send(String url, Duration timeout) throws Exception {
    return send(url, host -> Future.failedFuture(new IOException("no such name")), timeout);
  }

  private AttemptOutcome send(String url, AddressLookup lookup) throws Exception {
    return send(url, lookup, Duration.ofSeconds(1));
  }

  private AttemptOutcome send(String url, AddressLookup lookup, Duration timeout) throws Exception {
    CallbackSender sender =
        new CallbackSender(
            vertx,
            TargetGuard.allowing(List.of("127.0.0.0/8", "::1/128")),
            lookup,
            limits(timeout, Optional.empty()),
            Clock.systemUTC());
    Promise<AttemptOutcome> outcome = Promise.promise();
    vertx.runOnContext(
        go ->
            sender
                .send(new OutgoingCallback(url, Map.of("x-a", "b"), Buffer.buffer("{}")))
                .onComplete(outcome));
    return outcome.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** Serves every connection until the listener closes. */
  private void answerWith(Peer peer) {
    Thread thread =
        new Thread(
            () -> {
              while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                  byte[] read = new byte[4096];
                  int length = socket.getInputStream().read(read);
                  firstBytes = new String(read, 0, Math.max(0, length), ISO_8859_1);
                  peer.serve(socket);
                } catch (IOException ended) {
                  // The sender has had enough, or the test has ended.
                }
              }
            },
            "peer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns when the other side has closed the connection. */
  private static void awaitEnd(Socket peer) throws IOException {
    while (peer.getInputStream().read() >= 0) {
      // The rest of the request.
    }
  }

  private static void write(Socket peer, String text) throws IOException {
    peer.getOutputStream().write(text.getBytes(US_ASCII));
    peer.getOutputStream().flush();
  }
}
