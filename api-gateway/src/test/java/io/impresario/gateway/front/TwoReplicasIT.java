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
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds across gateways that share a database, and what each counts for itself. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class TwoReplicasIT {
  private static final String KEY = OwningServices.API_KEY;
  private static final int OTHER_BURST = 40;

  @Inject PublicPort port;
  @Inject Vertx vertx;
  @Inject Pool pool;
  @Inject GatewayConfig config;
  @Inject OwnProcedures own;
  @Inject IdentityTokens identities;
  @Inject Recorder recorder;
  private Http here;
  private Http there;
  private Replica other;

  @BeforeEach
  void openAnother() {
    Replica.Config slower =
        new Replica.Config(
            config, config.jobServiceUrl(), new Replica.Config.Free(1, OTHER_BURST, 1_000, 1_000));
    other = Replica.open(vertx, pool, slower, own, identities, recorder);
    here = new Http(port.port());
    there = new Http(other.port());
  }

  @AfterEach
  void closeIt() {
    other.close();
  }

  @Test
  void aRevokedKeyIsRefusedEverywhereWithinFiveSeconds() {
    Answer made = here.call("/api/auth/api-key/create", KEY, "{\"name\":\"short-lived\"}");
    String key = made.body().path("key").asText();
    assertThat(there.call("/v1/jobs/list", key, "{}").status()).isEqualTo(200);
    assertThat(here.call("/v1/jobs/list", key, "{}").status()).isEqualTo(200);

    here.call(
        "/api/auth/api-key/delete", KEY, "{\"keyId\":\"" + made.body().path("id").asText() + "\"}");
    assertThat(here.call("/v1/jobs/list", key, "{}").status()).isEqualTo(401);
    Eventually.passes(
        Duration.ofSeconds(30),
        () -> {
          int status = there.call("/v1/jobs/list", key, "{}").status();
          assertThat(status).isEqualTo(401);
        });
    assertThat(here.call("/v1/jobs/list", key, "{}").status()).isEqualTo(401);
  }

  @Test
  void aSuspendedTenantIsRefusedEverywhereWithinFiveSeconds() {
    Answer founded = here.operator("/v1/admin/tenants/create", "{\"json\":{\"name\":\"gone\"}}");
    String key = founded.json().path("api_key").asText();
    assertThat(there.call("/v1/jobs/list", key, "{}").status()).isEqualTo(200);
    String tenant = "{\"json\":{\"tenant_id\":" + founded.json().path("tenant_id") + "}}";
    here.operator("/v1/admin/tenants/suspend", tenant);
    assertThat(here.call("/v1/jobs/list", key, "{}").status()).isEqualTo(401);
    Eventually.passes(
        Duration.ofSeconds(30),
        () -> assertThat(there.call("/v1/jobs/list", key, "{}").status()).isEqualTo(401));
  }

  @Test
  void aKeyThatCallsTooOftenIsToldWhenToComeBack() {
    String key =
        here.call("/api/auth/api-key/create", KEY, "{\"name\":\"eager\"}")
            .body()
            .path("key")
            .asText();
    for (int i = 0; i < OTHER_BURST; i++) {
      assertThat(there.call("/v1/jobs/list", key, "{}").status()).isEqualTo(200);
    }
    Answer refused = there.call("/v1/jobs/list", key, "{}");
    for (int i = 0; i < 20 && refused.status() == 200; i++) {
      refused = there.call("/v1/jobs/list", key, "{}");
    }
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("retry-after")).isEqualTo("1");
    assertThat(refused.json().path("data").path("limit").asText())
        .isEqualTo("key_requests_per_second");
    assertThat(here.call("/v1/jobs/list", key, "{}").status()).isEqualTo(200);
  }
}
