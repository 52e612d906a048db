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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers with made-up keys, seen by a gateway that believes one proxy. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class StrangersIT {
  private static final String KEY = OwningServices.API_KEY;
  private static final int BURST = 5;

  @Inject Vertx vertx;
  @Inject Pool pool;
  @Inject GatewayConfig config;
  @Inject OwnProcedures own;
  @Inject IdentityTokens identities;
  @Inject Recorder recorder;
  private Replica gateway;
  private Http http;
  private int guesses;

  @BeforeEach
  void open() {
    gateway =
        Replica.open(
            vertx,
            pool,
            new Replica.Config(
                config,
                config.jobServiceUrl(),
                config.limits(),
                config.timeouts(),
                new Replica.Config.Guesses(1, BURST, Optional.of(List.of("127.0.0.0/8")))),
            own,
            identities,
            recorder);
    http = new Http(gateway.port());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void guessesAreLimitedByAddressAndRealKeysAreNot() {
    assertThat(http.call("/v1/jobs/list", KEY, "{}").status()).isEqualTo(200);
    Answer refused = guessUntilRefused("198.51.100.7");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("retry-after")).isNotEmpty();
    assertThat(refused.json().path("code").asText()).isEqualTo("TOO_MANY_REQUESTS");
    assertThat(refused.json().path("data").path("limit").asText())
        .isEqualTo("unknown_keys_per_second");

    assertThat(from("198.51.100.7", KEY).status()).as("a key that works").isEqualTo(200);
    assertThat(guess("198.51.100.8").status()).as("another address").isEqualTo(401);
    Eventually.passes(() -> assertThat(guess("198.51.100.7").status()).isEqualTo(401));
  }

  @Test
  void theSameGuessIsNotLookedUpAgain() {
    guess("203.0.113.1");
    for (int i = 0; i < 4 * BURST; i++) {
      assertThat(from("203.0.113.1", "imp_the_same_made_up_key").status()).isEqualTo(401);
    }
  }

  @Test
  void whatAClientClaimsBeforeItsProxyIsNotBelieved() {
    int claimed = 0;
    Answer last = from("192.0.2." + claimed + ", 198.51.100.9", "imp_guess_" + claimed);
    while (last.status() == 401 && claimed < 20 * BURST) {
      claimed++;
      last = from("192.0.2." + claimed + ", 198.51.100.9", "imp_guess_" + claimed);
    }
    assertThat(last.status()).isEqualTo(429);
  }

  private Answer guessUntilRefused(String address) {
    Answer last = guess(address);
    for (int i = 0; i < 20 * BURST && last.status() == 401; i++) {
      last = guess(address);
    }
    return last;
  }

  private Answer guess(String address) {
    guesses++;
    return from(address, "imp_made_up_" + guesses);
  }

  private Answer from(String forwarded, String key) {
    return http.send(http.post("/v1/jobs/list", key, "{}").header("x-forwarded-for", forwarded));
  }
}
