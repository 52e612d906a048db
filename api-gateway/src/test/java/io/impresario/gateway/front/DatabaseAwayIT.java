package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.front.Http.Answer;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ProxiedPostgres;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway whose database does not answer, or refuses. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
@QuarkusTestResource(
    value = ProxiedPostgres.class,
    restrictToAnnotatedClass = true,
    initArgs = {
      @ResourceArg(name = "impresario.gateway.keys.outage-ttl", value = "PT30S"),
      // The lookup that fails takes its part of it.
      @ResourceArg(name = "impresario.gateway.timeouts.ordinary", value = "PT20S")
    })
class DatabaseAwayIT {
  private static final String KEY = OwningServices.API_KEY;

  /** Longer than an entry is fresh, by far shorter than it lasts in an outage. */
  private static final Duration A_WHILE = Duration.ofSeconds(6);

  @Inject PublicPort port;
  @InjectServers FaultyTcpProxy database;

  @TestHTTPResource(value = "/health/ready", management = true)
  URL ready;

  private Http http;

  @BeforeEach
  void point() {
    http = new Http(port.port());
    Eventually.passes(() -> assertThat(list(KEY).status()).isEqualTo(200));
  }

  @AfterEach
  void repair() {
    database.mode(Mode.PASS);
    database.cut();
  }

  @Test
  void aSilentDatabaseLeavesTheGatewayReadyAndItsKeysWorking() {
    database.mode(Mode.SILENCE);
    worksForAWhile();
    assertThat(http.call("/v1/jobs/create", KEY, "{}").status())
        .as("a change, though its row in the trail cannot be written")
        .isEqualTo(200);
    refusesWhatItDoesNotKnow();
    back();
  }

  @Test
  void soDoesOneThatRefuses() {
    database.mode(Mode.REFUSE);
    database.cut();
    worksForAWhile();
    refusesWhatItDoesNotKnow();
    back();
  }

  @Test
  void aKeyThatWasNotConfirmedForTooLongIsNotTrusted() {
    database.mode(Mode.SILENCE);
    Eventually.passes(Duration.ofSeconds(90), () -> isUnavailable(list(KEY)));
    back();
  }

  private void worksForAWhile() {
    long end = System.nanoTime() + A_WHILE.toNanos();
    while (System.nanoTime() < end) {
      assertThat(list(KEY).status()).isEqualTo(200);
      assertThat(readiness()).isEqualTo(200);
    }
  }

  private void refusesWhatItDoesNotKnow() {
    isUnavailable(list("imp_a_key_that_was_not_seen_before"));
    isUnavailable(http.call("/v1/tenant/settings", KEY, "{}"));
  }

  private void back() {
    database.mode(Mode.PASS);
    database.cut();
    Eventually.passes(
        Duration.ofSeconds(30), () -> assertThat(list("imp_made_up").status()).isEqualTo(401));
    Eventually.passes(() -> assertThat(list(KEY).status()).isEqualTo(200));
  }

  private Answer list(String key) {
    return http.call("/v1/jobs/list", key, "{}");
  }

  private static void isUnavailable(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().path("code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
    assertThat(answer.header("retry-after")).isNotEmpty();
  }

  private int readiness() {
    try {
      HttpURLConnection connection = (HttpURLConnection) ready.openConnection();
      connection.setReadTimeout(10_000);
      return connection.getResponseCode();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
