package io.impresario.gateway.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.call.Recorder;
import io.impresario.gateway.front.Http.Answer;
import io.impresario.gateway.route.Owner;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.RouteTable;
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
import io.vertx.core.http.HttpServerResponse;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that take longer than an ordinary call may, through a gateway with short limits. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class LongAnswersIT {
  private static final String KEY = OwningServices.API_KEY;
  private static final long ORDINARY_MS = 400;
  private static final long LONGER_MS = 1_000;

  private record Short(Duration ordinary, Duration upload, Duration waiting)
      implements GatewayConfig.Timeouts {}

  @Inject Vertx vertx;
  @Inject Pool pool;
  @Inject GatewayConfig config;
  @Inject OwnProcedures own;
  @Inject IdentityTokens identities;
  @Inject Recorder recorder;
  @Inject RouteTable table;
  @Inject PublicPort port;

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
    Replica.Config impatient =
        new Replica.Config(
            config,
            List.of(URI.create("http://127.0.0.1:" + service.actualPort())),
            config.limits(),
            new Short(
                Duration.ofMillis(ORDINARY_MS), Duration.ofMinutes(1), Duration.ofSeconds(20)));
    gateway = Replica.open(vertx, pool, impatient, own, identities, recorder);
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
  void aWaitOutlastsTheTimeOfAnOrdinaryCall() {
    behaviour =
        request ->
            vertx.setTimer(
                LONGER_MS,
                due ->
                    request
                        .response()
                        .putHeader("content-type", "application/json")
                        .end("{\"json\":{}}"));
    Http http = new Http(gateway.port());
    Answer ordinary = http.call("/v1/jobs/get", KEY, "{}");
    assertThat(ordinary.status()).isEqualTo(504);
    assertThat(http.call("/v1/jobs/wait", KEY, "{}").status()).isEqualTo(200);
  }

  @Test
  void everyOrdinaryCallIsGivenUpInTime() {
    behaviour = request -> {};
    Http http = new Http(gateway.port());
    Map<String, CompletableFuture<HttpResponse<String>>> calls = new HashMap<>();
    for (Route route : table.all()) {
      if (route.owner() != Owner.GATEWAY && route.timeout().equals(config.timeouts().ordinary())) {
        HttpRequest.Builder call = http.post(route.path(), KEY, "{}");
        call.header("x-admin-key", OwningServices.ADMIN_KEY);
        calls.put(route.path(), http.sendLater(call));
      }
    }
    assertThat(calls).hasSizeGreaterThan(35);
    calls.forEach(
        (path, answer) -> {
          assertThat(answer.join().statusCode()).as(path).isEqualTo(504);
          assertThat(answer.join().body()).as(path).contains("\"code\":\"GATEWAY_TIMEOUT\"");
          assertThat(answer.join().headers().firstValue("retry-after")).as(path).isPresent();
        });
  }

  @Test
  void aWatchGoesOnForAsLongAsItsServiceSpeaks() throws IOException {
    AtomicInteger said = new AtomicInteger();
    behaviour =
        request -> {
          request.response().setChunked(true).putHeader("content-type", "text/event-stream");
          request.response().write(": here\n\n");
          vertx.setPeriodic(
              LONGER_MS / 10,
              timer -> {
                request.response().write("data: " + said.incrementAndGet() + "\n\n");
                if (said.get() == 15) {
                  vertx.cancelTimer(timer);
                  request.response().end();
                }
              });
        };
    try (Socket client = call("/v1/jobs/watch")) {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
      assertThat(lines.lines().takeWhile(line -> !line.equals("data: 1")).toList())
          .contains(": here");
      assertThat(said.get()).as("events arrive one by one").isLessThan(10);
      assertThat(lines.lines().toList()).contains("data: 15");
    }
  }

  @Test
  void aWatchEndsWhenItsKeyIsRevokedElsewhere() throws IOException {
    behaviour = LongAnswersIT::speakForEver;
    Http elsewhere = new Http(port.port());
    JsonNode made =
        elsewhere.call("/api/auth/api-key/create", KEY, "{\"name\":\"listener\"}").body();
    try (Socket client = call("/v1/jobs/watch", made.path("key").asText())) {
      BufferedReader lines = listening(client);
      String delete = "{\"keyId\":" + made.path("id") + "}";
      assertThat(elsewhere.call("/api/auth/api-key/delete", KEY, delete).status()).isEqualTo(200);
      assertThat(CompletableFuture.supplyAsync(() -> lines.lines().count()))
          .as("the rest of the stream ends")
          .succeedsWithin(Duration.ofSeconds(30));
    }
    Eventually.isTrue("nothing is in flight", () -> gateway.publicPort().inFlight() == 0);
  }

  @Test
  void aWaitEndsWhenItsTenantIsSuspendedElsewhere() {
    behaviour = request -> {};
    Http elsewhere = new Http(port.port());
    JsonNode tenant =
        elsewhere.operator("/v1/admin/tenants/create", "{\"json\":{\"name\":\"waiting\"}}").json();
    Http http = new Http(gateway.port());
    CompletableFuture<HttpResponse<String>> wait =
        http.sendLater(http.post("/v1/jobs/wait", tenant.path("api_key").asText(), "{}"));
    Eventually.isTrue("it is in flight", () -> gateway.publicPort().inFlight() == 1);
    String suspended = "{\"json\":{\"tenant_id\":" + tenant.path("tenant_id") + "}}";
    elsewhere.operator("/v1/admin/tenants/suspend", suspended);
    HttpResponse<String> answer = wait.join();
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("\"code\":\"UNAUTHORIZED\"");
  }

  private static void speakForEver(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.setChunked(true).putHeader("content-type", "text/event-stream");
    response.write(": here\n\n");
    Vertx.currentContext()
        .owner()
        .setPeriodic(
            100,
            timer -> {
              if (response.closed()) {
                Vertx.currentContext().owner().cancelTimer(timer);
              } else {
                response.write(": still here\n\n");
              }
            });
  }

  /** The lines that arrive, from the first of the stream on. */
  private static BufferedReader listening(Socket client) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
    assertThat(lines.lines().takeWhile(line -> !line.equals(": here")).toList()).isNotEmpty();
    return lines;
  }

  @Test
  void aWaiterThatHangsUpEndsItsCall() throws IOException {
    AtomicBoolean begun = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    behaviour =
        request -> {
          begun.set(true);
          request.connection().closeHandler(closed -> ended.set(true));
        };
    try (Socket client = call("/v1/jobs/wait")) {
      Eventually.isTrue("the service has the call", begun::get);
      assertThat(client.isConnected()).isTrue();
    }
    Eventually.isTrue("the service saw the client go", ended::get);
    Eventually.isTrue("nothing is in flight", () -> gateway.publicPort().inFlight() == 0);
  }

  private Socket call(String path) throws IOException {
    return call(path, KEY);
  }

  private Socket call(String path, String key) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.setSoTimeout(15_000);
    String head =
        "POST %s HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: %s\r\ncontent-length: 2\r\n"
            + "content-type: application/json\r\n\r\n{}";
    socket.getOutputStream().write(head.formatted(path, key).getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }
}
