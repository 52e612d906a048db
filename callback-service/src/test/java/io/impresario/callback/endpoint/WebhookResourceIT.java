package io.impresario.callback.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.impresario.callback.WebhookApi;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "clock", value = "steered"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
class WebhookResourceIT {

  @InjectServers TestServers servers;

  private final WebhookApi api = new WebhookApi();

  @Test
  void createsListsChangesAndDeletes() {
    String id =
        api.ok(
                "create",
                Map.of(
                    "url", "https://hooks.example.com/a",
                    "signing_secret", "s3cret",
                    "description", "first"))
            .getString("webhook_endpoint_id");
    api.ok("update", Map.of("id", id, "url", "https://hooks.example.com/b", "active", false));

    Map<String, Object> listed = onlyEndpoint();
    assertThat(listed)
        .containsEntry("webhook_endpoint_id", id)
        .containsEntry("url", "https://hooks.example.com/b")
        .containsEntry("description", "first")
        .containsEntry("active", false)
        .containsOnlyKeys(
            "webhook_endpoint_id", "url", "description", "active", "created_at", "updated_at");
    assertThat((String) listed.get("created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

    Map<String, @Nullable Object> clear = new HashMap<>();
    clear.put("id", id);
    clear.put("description", null);
    api.ok("update", clear);
    assertThat(onlyEndpoint()).containsEntry("description", null).containsEntry("active", false);

    assertThat(api.ok("delete", Map.of("id", id)).getBoolean("success")).isTrue();
    api.call("delete", Map.of("id", id)).then().statusCode(404);
    assertThat(api.ok("list", Map.of()).getList("webhook_endpoints")).isEmpty();
  }

  @Test
  void keepsSecretsSealedAtRest() throws Exception {
    UUID id = UUID.fromString(api.endpoint("https://hooks.example.com/"));

    try (Connection callback = servers.connect("callback");
        PreparedStatement query =
            callback.prepareStatement("SELECT * FROM webhook_endpoint WHERE id = ?")) {
      query.setObject(1, id);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
          assertThat(String.valueOf(row.getString(column))).doesNotContain(WebhookApi.SECRET);
        }
        assertThat(row.getString("secret_sealed")).startsWith("v1.test.");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.1/",
        "http://[::ffff:192.168.1.1]/",
        "http://0xA9FEA9FE/",
        "http://[fe80::1]/",
        "http://0.0.0.0/"
      })
  void refusesTargetsInsideTheHouse(String url) {
    api.call("create", Map.of("url", url, "signing_secret", "s"))
        .then()
        .statusCode(400)
        .body("json.code", equalTo("BAD_REQUEST"))
        .body("json.data.issues", hasSize(1))
        .body("json.data.issues[0].path", equalTo(List.of("url")))
        .body("json.data.issues[0].code", equalTo("custom"));
    String id = api.endpoint("https://hooks.example.com/");
    api.call("update", Map.of("id", id, "url", url)).then().statusCode(400);
    api.ok("delete", Map.of("id", id));
  }

  @Test
  void acceptsANameThatDoesNotResolve() {
    api.endpoint("https://does-not-exist.invalid/hook");
  }

  @Test
  void namesEveryBrokenRule() {
    api.call(
            "create",
            Map.of("url", "ftp://x", "signing_secret", "whsec_%%", "description", 5, "activ", true))
        .then()
        .statusCode(400)
        .body("json.message", equalTo("Input validation failed"))
        .body(
            "json.data.issues.path",
            equalTo(List.of(List.of("url"), List.of("signing_secret"), List.of("description"))))
        .body("json.data.issues[0].validation", equalTo("url"));
    api.call("create", Map.of())
        .then()
        .statusCode(400)
        .body("json.data.issues.message", equalTo(List.of("Required", "Required")));
    api.call("update", Map.of("id", "nonsense"))
        .then()
        .statusCode(400)
        .body("json.data.issues.validation", hasItem("uuid"));
    api.call(
            "rotateSecret",
            Map.of("id", UUID.randomUUID(), "signing_secret", "x", "grace_seconds", 604_801))
        .then()
        .statusCode(400)
        .body("json.data.issues[0].maximum", equalTo(604_800));
  }

  @Test
  void showsATenantNothingOfAnother() {
    String id = api.endpoint("https://hooks.example.com/");
    WebhookApi other = new WebhookApi();

    assertThat(other.ok("list", Map.of()).getList("webhook_endpoints")).isEmpty();
    other.call("update", Map.of("id", id, "active", false)).then().statusCode(404);
    other.call("delete", Map.of("id", id)).then().statusCode(404);
    other.call("test", Map.of("id", id)).then().statusCode(404);
    other
        .call("rotateSecret", Map.of("id", id, "signing_secret", "mine now"))
        .then()
        .statusCode(404)
        .body("json.message", containsString("not found"));
    assertThat(onlyEndpoint()).containsEntry("active", true);
  }

  @Test
  void limitsTheEndpointsOfATenant() {
    for (int i = 0; i < 5; i++) {
      api.endpoint("https://hooks.example.com/" + i);
    }
    api.call("create", Map.of("url", "https://hooks.example.com/", "signing_secret", "s"))
        .then()
        .statusCode(409)
        .body("json.data.reason", equalTo("too_many_endpoints"));
  }

  private Map<String, Object> onlyEndpoint() {
    List<Map<String, Object>> all = api.ok("list", Map.of()).getList("webhook_endpoints");
    assertThat(all).hasSize(1);
    return all.get(0);
  }
}
