package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.call.Recorder;
import io.impresario.gateway.front.Http.Answer;
import io.impresario.rpc.http.IdentityTokens;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas of a service behind one gateway, while one of them is killed. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class SeveralUpstreamsIT {
  private static final String KEY = OwningServices.API_KEY;
  private static final int CALLS = 40;

  /** A call that hangs is not given up while a test looks at it. */
  private record Patient(Duration ordinary, Duration upload, Duration waiting)
      implements GatewayConfig.Timeouts {
    Patient() {
      this(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));
    }
  }

  @Inject Vertx vertx;
  @Inject Pool pool;
  @Inject GatewayConfig config;
  @Inject OwnProcedures own;
  @Inject IdentityTokens identities;
  @Inject Recorder recorder;

  private Upstream one;
  private Upstream two;
  private Replica gateway;
  private Http http;

  @BeforeEach
  void open() throws IOException {
    one = Upstream.open(0);
    two = Upstream.open(0);
    gateway =
        Replica.open(
            vertx,
            pool,
            new Replica.Config(
                config, List.of(one.url(), two.url()), config.limits(), new Patient()),
            own,
            identities,
            recorder);
    http = new Http(gateway.port());
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
    one.close();
    two.close();
  }

  @Test
  void theyTakeTurns() {
    allSucceed("/v1/jobs/create");
    assertThat(one.requests()).isBetween(CALLS / 4, 3 * CALLS / 4);
    assertThat(one.requests() + two.requests()).isEqualTo(CALLS);
  }

  @Test
  void aKilledOneIsPassedOverUntilItIsBack() throws IOException {
    allSucceed("/v1/jobs/create");
    int port = one.port();
    one.close();
    // A kept connection may die with the first call on it.
    Eventually.passes(
        () -> assertThat(http.call("/v1/jobs/create", KEY, "{}").status()).isEqualTo(200));
    int before = two.requests();
    allSucceed("/v1/jobs/create");
    assertThat(two.requests()).isEqualTo(before + CALLS);

    one = Upstream.open(port);
    Eventually.passes(
        () -> {
          allSucceed("/v1/jobs/create");
          assertThat(one.requests()).isPositive();
        });
  }

  @Test
  void whenAllAreKilledTheServiceIsUnavailableAndThenBack() throws IOException {
    int port = two.port();
    one.close();
    two.close();
    Answer refused = http.call("/v1/jobs/create", KEY, "{}");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.json().path("code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
    assertThat(refused.header("retry-after")).isNotEmpty();
    two = Upstream.open(port);
    allSucceed("/v1/jobs/create");
    assertThat(two.requests()).isEqualTo(CALLS);
  }

  @Test
  void aReadThatItsReplicaDiesWithIsMadeOfTheOther() throws IOException {
    one.hold();
    two.hold();
    CompletableFuture<HttpResponse<String>> waiting =
        http.sendLater(http.post("/v1/jobs/wait", KEY, "{\"json\":{\"id\":\"a\"}}"));
    Eventually.isTrue("one has it", () -> one.requests() + two.requests() == 1);
    Upstream holder = one.requests() == 1 ? one : two;
    Upstream other = holder == one ? two : one;
    other.answer();
    holder.close();
    assertThat(waiting.join().statusCode()).isEqualTo(200);
    assertThat(other.lastBody()).isEqualTo("{\"json\":{\"id\":\"a\"}}");
  }

  @Test
  void aChangeThatItsReplicaDiesWithIsNeverMadeAgain() throws IOException {
    one.hold();
    two.hold();
    CompletableFuture<HttpResponse<String>> waiting =
        http.sendLater(http.post("/v1/jobs/create", KEY, "{\"json\":{\"workflow\":\"a\"}}"));
    Eventually.isTrue("one has it", () -> one.requests() + two.requests() == 1);
    Upstream holder = one.requests() == 1 ? one : two;
    Upstream other = holder == one ? two : one;
    other.answer();
    holder.close();
    assertThat(waiting.join().statusCode()).isEqualTo(503);
    assertThat(other.requests()).isZero();
  }

  @Test
  void oneThatHangsIsPassedOver() {
    one.hold();
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    Eventually.isTrue(
        "it has calls that it does not answer",
        () -> {
          calls.add(http.sendLater(http.post("/v1/jobs/list", KEY, "{}")));
          return one.requests() > 1;
        });
    Eventually.passes(
        Duration.ofSeconds(8),
        () -> {
          int before = one.requests();
          List<CompletableFuture<HttpResponse<String>>> more = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            more.add(http.sendLater(http.post("/v1/jobs/list", KEY, "{}")));
          }
          calls.addAll(more);
          Eventually.isTrue(
              Duration.ofSeconds(2),
              "all are answered",
              () -> more.stream().allMatch(CompletableFuture::isDone));
          assertThat(one.requests()).isEqualTo(before);
        });
    one.answer();
    calls.forEach(call -> assertThat(call.join().statusCode()).isEqualTo(200));
    Eventually.passes(
        () -> {
          int before = one.requests();
          allSucceed("/v1/jobs/list");
          assertThat(one.requests()).isGreaterThan(before);
        });
  }

  private void allSucceed(String path) {
    for (int i = 0; i < CALLS; i++) {
      assertThat(http.call(path, KEY, "{}").status()).isEqualTo(200);
    }
  }
}
