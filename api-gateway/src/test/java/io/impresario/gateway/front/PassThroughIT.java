package io.impresario.gateway.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.call.Recorder;
import io.impresario.rpc.http.IdentityTokens;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes on their way through, seen from a service that reads and writes them one by one. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class PassThroughIT {
  private static final String KEY = OwningServices.API_KEY;

  @Inject Vertx vertx;
  @Inject Pool pool;
  @Inject GatewayConfig config;
  @Inject OwnProcedures own;
  @Inject IdentityTokens identities;
  @Inject Recorder recorder;

  private volatile Consumer<HttpServerRequest> behaviour = request -> request.response().end();
  private HttpServer service;
  private Replica gateway;

  @BeforeEach
  void open() {
    service =
        Uni.createFrom()
            .completionStage(
                vertx
                    .createHttpServer()
                    .requestHandler(request -> behaviour.accept(request))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage())
            .await()
            .atMost(Eventually.LIMIT);
    URI url = URI.create("http://127.0.0.1:" + service.actualPort());
    gateway =
        Replica.open(
            vertx,
            pool,
            new Replica.Config(config, List.of(url), config.limits()),
            own,
            identities,
            recorder);
  }

  @AfterEach
  void close() {
    gateway.close();
    Uni.createFrom()
        .completionStage(service.close().toCompletionStage())
        .await()
        .atMost(Eventually.LIMIT);
  }

  @Test
  void anUploadReachesTheServiceWhileItIsStillBeingSent() throws IOException {
    AtomicLong arrived = new AtomicLong();
    behaviour =
        request -> {
          request.handler(part -> arrived.addAndGet(part.length()));
          request.endHandler(
              end -> answer(request, "{\"json\":{\"bytes\":" + arrived.get() + "}}"));
        };
    int half = 10 << 20;
    try (Socket client = connect()) {
      OutputStream out = client.getOutputStream();
      out.write(head("/v1/deployments/create", 2L * half));
      out.write(new byte[half]);
      out.flush();
      Eventually.isTrue("the first half is there", () -> arrived.get() == half);
      out.write(new byte[half]);
      out.flush();
      assertThat(read(client)).startsWith("HTTP/1.1 200").contains("\"bytes\":" + 2 * half);
    }
  }

  @Test
  void anUploadBeyondItsLimitIsCutAndExplained() throws IOException {
    AtomicBoolean cut = new AtomicBoolean();
    behaviour =
        request -> {
          request.handler(part -> {});
          request.exceptionHandler(failure -> cut.set(true));
        };
    try (Socket client = connect()) {
      OutputStream out = client.getOutputStream();
      out.write(
          ("POST /v1/jobs/create HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: "
                  + KEY
                  + "\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
              .getBytes(ISO_8859_1));
      byte[] chunk = new byte[1 << 20];
      for (int i = 0; i < 3; i++) {
        out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(ISO_8859_1));
        out.write(chunk);
        out.write("\r\n".getBytes(ISO_8859_1));
      }
      out.write("0\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
      assertThat(read(client)).startsWith("HTTP/1.1 413").contains("PAYLOAD_TOO_LARGE");
    }
    Eventually.isTrue("the service was told", cut::get);
  }

  @Test
  void aClientThatHangsUpEndsItsCall() throws IOException {
    AtomicBoolean begun = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    behaviour =
        request -> {
          request.connection().closeHandler(closed -> ended.set(true));
          request.response().setChunked(true).putHeader("content-type", "text/event-stream");
          request.response().write(": here\n\n");
          begun.set(true);
        };
    try (Socket client = connect()) {
      client.getOutputStream().write(head("/v1/jobs/watch", 0));
      client.getOutputStream().flush();
      Eventually.isTrue("the stream began", begun::get);
    }
    Eventually.isTrue("the service saw the client go", ended::get);
    Eventually.isTrue("nothing is in flight", () -> gateway.publicPort().inFlight() == 0);
  }

  @Test
  void aClientThatHangsUpBeforeTheAnswerEndsItsCall() throws IOException {
    AtomicBoolean begun = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    behaviour =
        request -> {
          request.connection().closeHandler(closed -> ended.set(true));
          begun.set(true);
        };
    try (Socket client = connect()) {
      client.getOutputStream().write(head("/v1/logs/list", 0));
      client.getOutputStream().flush();
      Eventually.isTrue("the service has the call", begun::get);
    }
    Eventually.isTrue("the service saw the client go", ended::get);
  }

  @Test
  void aServiceThatDiesBeforeItsAnswerIsUnavailable() throws IOException {
    behaviour = request -> request.connection().close();
    try (Socket client = connect()) {
      client.getOutputStream().write(head("/v1/jobs/list", 0));
      assertThat(read(client))
          .startsWith("HTTP/1.1 503")
          .contains("SERVICE_UNAVAILABLE")
          .containsIgnoringCase("retry-after: ");
    }
  }

  @Test
  void aServiceThatDiesInItsAnswerBreaksTheAnswerOff() throws IOException {
    behaviour =
        request -> {
          request.response().putHeader("content-type", "application/json");
          request.response().putHeader("content-length", "1000");
          request
              .response()
              .write("{\"json\":")
              .onComplete(written -> request.connection().close());
        };
    try (Socket client = connect()) {
      client.getOutputStream().write(head("/v1/jobs/list", 0));
      assertThat(read(client)).startsWith("HTTP/1.1 200").endsWith("{\"json\":");
    }
  }

  @Test
  void anAnswerThatIsNoEnvelopeIsReplaced() throws IOException {
    behaviour =
        request ->
            request
                .response()
                .setStatusCode(500)
                .putHeader("content-type", "text/html")
                .end("<h1>stack trace</h1>");
    try (Socket client = connect()) {
      client.getOutputStream().write(head("/v1/jobs/list", 0));
      assertThat(read(client))
          .startsWith("HTTP/1.1 500")
          .contains("Internal server error")
          .doesNotContain("stack trace");
    }
  }

  @Test
  void withoutItsDatabaseTheGatewayIsUnavailable() throws IOException {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closedPort = socket.getLocalPort();
    }
    PgConnectOptions nowhere =
        new PgConnectOptions()
            .setHost("127.0.0.1")
            .setPort(closedPort)
            .setDatabase("none")
            .setUser("none");
    Pool dead = Pool.newInstance(PgBuilder.pool().connectingTo(nowhere).using(vertx).build());
    try (Replica cutOff = Replica.open(vertx, dead, config, own, identities, recorder)) {
      Http.Answer answer = new Http(cutOff.port()).call("/v1/jobs/list", KEY, "{}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.json().path("code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
      assertThat(answer.header("retry-after")).isNotEmpty();
    }
  }

  private static void answer(HttpServerRequest request, String json) {
    request.response().putHeader("content-type", "application/json").end(json);
  }

  private static byte[] head(String path, long length) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: "
            + KEY
            + "\r\ncontent-type: application/json\r\ncontent-length: "
            + length
            + "\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }
}
