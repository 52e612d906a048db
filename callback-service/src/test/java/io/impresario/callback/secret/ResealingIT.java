package io.impresario.callback.secret;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.impresario.callback.WebhookApi;
import io.impresario.sealing.KeyRing;
import io.impresario.sealing.Resealing;
import io.impresario.sealing.SealedColumn;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.arc.All;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URL;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "clock", value = "steered"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
class ResealingIT {

  private static final String NEW_KEY = "new:OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";

  @InjectServers TestServers servers;
  @Inject Pool pool;
  @Inject @All List<SealedColumn> columns;

  @TestHTTPResource(value = "/secrets/reencrypt", management = true)
  URL command;

  @Test
  void bringsSecretsUnderTheNewestKey() throws SQLException {
    WebhookApi api = new WebhookApi();
    UUID endpoint = UUID.fromString(api.endpoint("https://hooks.example.com/"));
    api.ok("rotateSecret", Map.of("id", endpoint, "signing_secret", "next", "grace_seconds", 600));
    KeyRing both = KeyRing.parse(NEW_KEY + "," + TestServers.SECRET_KEYS);
    KeyRing newOnly = KeyRing.parse(NEW_KEY);
    Resealing resealing = resealing(both);

    assertThat(endpoints(resealing).reencrypted()).isPositive();
    assertThat(newOnly.open(sealed(endpoint), "endpoint:" + endpoint)).isEqualTo("next");
    assertThat(newOnly.open(sealedBefore(endpoint), "endpoint:" + endpoint))
        .isEqualTo(WebhookApi.SECRET);
    assertThat(endpoints(resealing)).isEqualTo(new Resealing.Count(0, 0));

    // Back under the key that the running service knows.
    KeyRing back = KeyRing.parse(TestServers.SECRET_KEYS + "," + NEW_KEY);
    resealing(back).run().await().atMost(Eventually.LIMIT);
    assertThat(KeyRing.keyIdOf(sealed(endpoint))).isEqualTo("test");
  }

  @Test
  void countsWhatNoKeyOpens() {
    new WebhookApi().endpoint("https://hooks.example.com/");
    Resealing stranger = resealing(KeyRing.parse(NEW_KEY));
    assertThat(endpoints(stranger).reencrypted()).isZero();
    assertThat(endpoints(stranger).failed()).isPositive();
  }

  @Test
  void isACommandOnTheManagementPort() throws SQLException {
    deleteWhatOtherTestsSealedWithOtherKeys();
    given()
        .post(command)
        .then()
        .statusCode(200)
        .body("key_id", equalTo("test"))
        .body("endpoints.failed", equalTo(0))
        .body("deliveries.failed", equalTo(0));
  }

  private void deleteWhatOtherTestsSealedWithOtherKeys() throws SQLException {
    try (Connection connection = servers.connect("callback");
        PreparedStatement statement =
            connection.prepareStatement(
                "DELETE FROM delivery WHERE secret_sealed NOT LIKE 'v1.test.%'")) {
      statement.executeUpdate();
    }
  }

  private Resealing resealing(KeyRing keys) {
    return new Resealing(pool, keys, columns);
  }

  private static Resealing.Count endpoints(Resealing resealing) {
    return Objects.requireNonNull(
        resealing.run().await().atMost(Eventually.LIMIT).get("endpoints"));
  }

  private String sealed(UUID endpoint) throws SQLException {
    return one("SELECT secret_sealed FROM webhook_endpoint WHERE id = ?", endpoint);
  }

  private String sealedBefore(UUID endpoint) throws SQLException {
    return one("SELECT sealed FROM previous_secret WHERE endpoint_id = ?", endpoint);
  }

  private String one(String sql, UUID id) throws SQLException {
    try (Connection connection = servers.connect("callback");
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, id);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }
}
