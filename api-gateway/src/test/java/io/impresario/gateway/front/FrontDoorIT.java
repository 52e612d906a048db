package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.gateway.front.Http.Answer;
import io.impresario.gateway.key.KeyUse;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client gets for what it sends, where nothing is wrong. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class FrontDoorIT {
  private static final String KEY = OwningServices.API_KEY;

  @Inject PublicPort port;
  @Inject KeyUse use;
  @Inject Pool pool;
  private Http http;

  @BeforeEach
  void point() {
    http = new Http(port.port());
  }

  @Test
  void forwardsWithASignedIdentityAndPassesTheAnswerBack() {
    Answer answer =
        http.send(
            http.post(
                    "/v1/jobs/create?x=1",
                    KEY,
                    "{\"json\":{\"nmae\":1,\"params\":{\"n\":12345678901234567890.10}}}")
                .header("x-request-id", "mine-1")
                .header("x-impresario-identity", "forged")
                .header("origin", "https://app.example.org")
                .header("cookie", "a=b"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.raw().body()).contains("{\"n\":12345678901234567890.10}");
    assertThat(answer.json().path("request_id").asText()).isEqualTo("mine-1");
    assertThat(answer.header("x-request-id")).isEqualTo("mine-1");
    assertThat(answer.header("x-impresario-warnings"))
        .isEqualTo("unknown field 'nmae', did you mean 'name'?");
    assertThat(answer.json().path("traceparent").asText())
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    assertThat(answer.json().path("scopes")).hasSize(3);
  }

  @Test
  void takesRequestsWithoutABody() {
    assertThat(
            http.send(
                    http.request("/v1/jobs/list")
                        .header("x-api-key", KEY)
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .status())
        .isEqualTo(200);
  }

  @Test
  void passesServerSentEventsThrough() throws IOException {
    String answer =
        raw(
            "POST /v1/jobs/watch HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: "
                + KEY
                + "\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    assertThat(answer).startsWith("HTTP/1.1 200").containsIgnoringCase("text/event-stream");
    assertThat(answer).contains("data:tick 0").contains("data:tick 2");
  }

  @Test
  void answersWhatIsNotHttpInTheEnvelope() throws IOException {
    for (String request :
        List.of(
            "nonsense\r\n\r\n",
            "GET\r\n\r\n",
            "POST /v1/jobs/list HTTP/9.9\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "POST /" + "x".repeat(10_000) + " HTTP/1.1\r\nhost: x\r\n\r\n",
            "POST /v1/jobs/list HTTP/1.1\r\nhost: x\r\na: " + "x".repeat(20_000) + "\r\n\r\n",
            "POST /v1/jobs/list HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
            "POST /v1/jobs/list HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n")) {
      String answer = raw(request);
      String shown = request.substring(0, Math.min(60, request.length()));
      assertThat(answer).as(shown).matches("(?s)HTTP/1.[01] 4\\d\\d .*");
      assertThat(answer).as(shown).contains("\"json\":{\"defined\":false,\"code\":");
      assertThat(answer.toLowerCase(Locale.ROOT))
          .as(shown)
          .contains("content-type: application/json")
          .contains("x-request-id: ");
    }
  }

  @Test
  void saysWhichPartOfTheHeadIsTooLong() throws IOException {
    assertThat(raw("POST /" + "x".repeat(10_000) + " HTTP/1.1\r\nhost: x\r\n\r\n"))
        .startsWith("HTTP/1.0 414")
        .contains("\"code\":\"URI_TOO_LONG\"")
        .contains("{\"limit_bytes\":8192}");
    assertThat(raw("POST / HTTP/1.1\r\nhost: x\r\na: " + "x".repeat(20_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431")
        .contains("\"code\":\"REQUEST_HEADER_FIELDS_TOO_LARGE\"")
        .contains("{\"limit_bytes\":16384}");
  }

  @Test
  void takesTheKeyAsABearerTokenToo() {
    for (String scheme : List.of("Bearer ", "bearer  ")) {
      assertThat(http.send(bearer(scheme + KEY)).status()).as(scheme).isEqualTo(200);
    }
    for (String wrong : List.of("Bearer imp_unknown", "Bearer", "Bearer ", "Basic " + KEY, KEY)) {
      assertThat(http.send(bearer(wrong)).status()).as(wrong).isEqualTo(401);
    }
    assertThat(http.send(bearer("Bearer imp_unknown").header("x-api-key", KEY)).status())
        .as("x-api-key is the one that counts")
        .isEqualTo(200);
    assertThat(
            http.send(
                    http.request("/v1/admin/tenants/list")
                        .header("authorization", "Bearer " + OwningServices.ADMIN_KEY)
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .status())
        .isEqualTo(401);
  }

  private HttpRequest.Builder bearer(String authorization) {
    return http.request("/v1/jobs/list")
        .header("authorization", authorization)
        .POST(HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void aTenantManagesItsKeys() {
    Answer made = http.call("/api/auth/api-key/create", KEY, "{\"name\":\"laptop\",\"extra\":1}");
    assertThat(made.status()).isEqualTo(200);
    assertThat(fields(made.body())).containsExactly("id", "name", "prefix", "start", "key");
    String key = made.body().path("key").asText();
    assertThat(key).matches("imp_[0-9A-Za-z]{49}");
    assertThat(http.call("/v1/jobs/list", key, "{}").status()).isEqualTo(200);

    JsonNode listed = listed(made.body().path("id").asText());
    assertThat(fields(listed))
        .containsExactly("id", "name", "prefix", "start", "enabled", "createdAt", "lastRequest");
    assertThat(listed.path("enabled").asBoolean()).isTrue();
    use.note(UUID.fromString(listed.path("id").asText()), Clock.systemUTC().instant());
    Eventually.passes(
        () ->
            assertThat(listed(made.body().path("id").asText()).path("lastRequest").isTextual())
                .isTrue());

    String delete = "{\"keyId\":\"" + made.body().path("id").asText() + "\"}";
    assertThat(http.call("/api/auth/api-key/delete", KEY, delete).status()).isEqualTo(200);
    assertThat(http.call("/v1/jobs/list", key, "{}").status()).isEqualTo(401);
    assertThat(http.call("/api/auth/api-key/delete", KEY, delete).status()).isEqualTo(404);
  }

  @Test
  void aKeyGivesNoScopeThatItLacksAndExpires() {
    String narrow =
        http.call("/api/auth/api-key/create", KEY, "{\"name\":\"a\",\"scopes\":[\"admin\"]}")
            .body()
            .path("key")
            .asText();
    Answer wider =
        http.call("/api/auth/api-key/create", narrow, "{\"name\":\"b\",\"scopes\":[\"write\"]}");
    assertThat(wider.status()).isEqualTo(403);
    assertThat(wider.json().path("data").path("required_scope").asText()).isEqualTo("write");
    Answer inherited = http.call("/api/auth/api-key/create", narrow, "{\"name\":\"b\"}");
    assertThat(http.call("/v1/jobs/list", inherited.body().path("key").asText(), "{}").status())
        .isEqualTo(403);

    String brief =
        http.call("/api/auth/api-key/create", KEY, "{\"name\":\"c\",\"expiresIn\":1}")
            .body()
            .path("key")
            .asText();
    Eventually.passes(
        () -> assertThat(http.call("/v1/jobs/list", brief, "{}").status()).isEqualTo(401));
    assertThat(
            http.call(
                    "/api/auth/api-key/create",
                    KEY,
                    "{\"name\":\"d\",\"expires_at\":\"2020-01-01T00:00:00Z\"}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void aKeyMakesNoneThatOutlivesIt() {
    String brief =
        http.call("/api/auth/api-key/create", KEY, "{\"name\":\"brief\",\"expiresIn\":3600}")
            .body()
            .path("key")
            .asText();
    for (String longer : List.of("\"expiresIn\":3700", "\"expires_at\":\"2099-01-01T00:00:00Z\"")) {
      Answer refused =
          http.call("/api/auth/api-key/create", brief, "{\"name\":\"longer\"," + longer + "}");
      assertThat(refused.status()).as(longer).isEqualTo(400);
      JsonNode issue = refused.json().path("data").path("issues").path(0);
      assertThat(issue.path("code").asText()).isEqualTo("custom");
      assertThat(longer).contains("\"" + issue.path("path").path(0).asText() + "\"");
    }
    for (String within : List.of("", ",\"expires_at\":null", ",\"expiresIn\":60")) {
      Answer made =
          http.call("/api/auth/api-key/create", brief, "{\"name\":\"heir\"" + within + "}");
      assertThat(made.status()).as(within).isEqualTo(200);
    }
    pool.query(
            "SELECT heir.expires_at <= brief.expires_at AS within FROM api_keys heir, api_keys"
                + " brief WHERE heir.name = 'heir' AND brief.name = 'brief'")
        .execute()
        .await()
        .atMost(Eventually.LIMIT)
        .forEach(row -> assertThat(row.getBoolean("within")).isTrue());
  }

  @Test
  void aKeyMayHaveALimitOfItsOwnAndHandsItOn() {
    String tenant =
        http.operator("/v1/admin/tenants/create", "{\"json\":{\"name\":\"slow\"}}")
            .json()
            .path("tenant_id")
            .asText();
    Answer issued =
        http.operator(
            "/v1/admin/keys/issue",
            "{\"json\":{\"tenant_id\":\"%s\",\"name\":\"slow\",\"requests_per_second\":1,\"burst\":4}}"
                .formatted(tenant));
    assertThat(issued.json().path("requests_per_second").asInt()).isEqualTo(1);
    String key = issued.json().path("api_key").asText();
    Answer wider =
        http.call("/api/auth/api-key/create", key, "{\"name\":\"a\",\"requests_per_second\":2}");
    assertThat(wider.json().path("data").path("issues")).hasSize(1);
    Answer same = http.call("/api/auth/api-key/create", key, "{\"name\":\"b\"}");
    String inherited = same.body().path("key").asText();

    Answer last = http.call("/v1/jobs/list", inherited, "{}");
    for (int i = 0; i < 30 && last.status() == 200; i++) {
      last = http.call("/v1/jobs/list", inherited, "{}");
    }
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.header("retry-after")).isEqualTo("1");
    assertThat(last.json().path("data").path("limit").asText())
        .isEqualTo("key_requests_per_second");
  }

  @Test
  void theOperatorsCallsReachAServiceAsNoTenants() {
    Answer shown = http.operator("/v1/admin/limits/get", "{}");
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json().path("tenant_id").asText())
        .isEqualTo("00000000-0000-0000-0000-000000000000");
    assertThat(http.call("/v1/admin/limits/get", OwningServices.API_KEY, "{}").status())
        .isEqualTo(401);
  }

  @Test
  void theOperatorFoundsSuspendsAndResumesTenants() {
    Answer founded = http.operator("/v1/admin/tenants/create", "{\"json\":{\"name\":\"acme\"}}");
    assertThat(fields(founded.json())).containsExactly("tenant_id", "name", "api_key");
    String tenant = founded.json().path("tenant_id").asText();
    String key = founded.json().path("api_key").asText();
    assertThat(http.call("/v1/jobs/list", key, "{}").json().path("tenant_id").asText())
        .isEqualTo(tenant);
    Answer issued =
        http.operator(
            "/v1/admin/keys/issue",
            "{\"json\":{\"tenant_id\":\"%s\",\"name\":\"ci\",\"scopes\":[\"read\"]}}"
                .formatted(tenant));
    String ci = issued.json().path("api_key").asText();
    assertThat(http.call("/v1/jobs/create", ci, "{}").status()).isEqualTo(403);

    String named = "{\"json\":{\"tenant_id\":\"" + tenant + "\"}}";
    assertThat(http.operator("/v1/admin/tenants/suspend", named).status()).isEqualTo(200);
    assertThat(http.call("/v1/jobs/list", key, "{}").status()).isEqualTo(401);
    assertThat(http.operator("/v1/admin/tenants/list", "{}").raw().body())
        .contains("\"status\":\"suspended\"");
    assertThat(http.operator("/v1/admin/tenants/resume", named).status()).isEqualTo(200);
    assertThat(http.call("/v1/jobs/list", key, "{}").status()).isEqualTo(200);
    String nobody = "{\"json\":{\"tenant_id\":\"" + UUID.randomUUID() + "\",\"name\":\"x\"}}";
    assertThat(http.operator("/v1/admin/tenants/suspend", nobody).status()).isEqualTo(404);
    assertThat(http.operator("/v1/admin/keys/issue", nobody).status()).isEqualTo(404);
  }

  @Test
  void everyAnsweredMutationIsInTheTrailAndReadsAreNot() {
    Answer founded = http.operator("/v1/admin/tenants/create", "{\"json\":{\"name\":\"seen\"}}");
    String tenant = founded.json().path("tenant_id").asText();
    String key = founded.json().path("api_key").asText();
    for (int i = 0; i < 25; i++) {
      http.send(
          http.post("/v1/credentials/get", key, "{\"json\":{\"name\":\"n" + i + "\"}}")
              .header("x-request-id", "audited-" + i));
      http.call("/v1/jobs/list", key, "{}");
    }
    List<String> seen = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < 4; page++) {
      Answer listed =
          http.operator(
              "/v1/admin/audit/list",
              "{\"json\":{\"tenant_id\":\"%s\",\"limit\":10%s}}".formatted(tenant, cursor));
      for (JsonNode entry : listed.json().path("entries")) {
        assertThat(entry.path("procedure").asText()).isEqualTo("credentials/get");
        assertThat(entry.path("status").asInt()).isEqualTo(200);
        seen.add(entry.path("request_id").asText() + " " + entry.path("subject").asText());
      }
      cursor = ",\"cursor\":" + listed.json().path("next_cursor");
      if (listed.json().path("next_cursor").isNull()) {
        break;
      }
    }
    List<String> expected = new ArrayList<>();
    for (int i = 24; i >= 0; i--) {
      expected.add("audited-" + i + " name=n" + i);
    }
    assertThat(seen).isEqualTo(expected);
    assertThat(http.operator("/v1/admin/audit/list", "{}").raw().body())
        .contains("admin/tenants/create")
        .contains("\"actor\":\"operator\"");
  }

  @Test
  void answersTheSmallRoutesOfTheClient() {
    Answer ensured = http.call("/v1/browserProfiles/ensure", KEY, "{\"json\":{\"name\":\"p\"}}");
    String id = ensured.json().path("profile_id").asText();
    assertThat(ensured.json())
        .hasToString(
            "{\"success\":true,\"profile_id\":\"%s\",\"name\":\"p\",\"created\":true}"
                .formatted(id));
    assertThat(http.call("/v1/browserProfiles/ensure", KEY, "{\"json\":{\"name\":\"p\"}}").json())
        .hasToString(
            "{\"success\":true,\"profile_id\":\"%s\",\"name\":\"p\",\"created\":false}"
                .formatted(id));
    JsonNode profile =
        http.call("/v1/browserProfiles/list", KEY, "{}").json().path("profiles").path(0);
    assertThat(profile.fieldNames())
        .toIterable()
        .containsExactly("profile_id", "name", "providers", "updated_at");
    assertThat(profile.path("profile_id").asText()).isEqualTo(id);
    assertThat(profile.path("providers")).isEmpty();
    String other =
        http.operator("/v1/admin/tenants/create", "{\"json\":{\"name\":\"other\"}}")
            .json()
            .path("api_key")
            .asText();
    assertThat(http.call("/v1/browserProfiles/list", other, "{}").raw().body()).doesNotContain(id);
    String delete = "{\"json\":{\"id\":\"" + id + "\"}}";
    assertThat(http.call("/v1/browserProfiles/delete", other, delete).json())
        .hasToString("{\"success\":true,\"deleted_count\":0}");
    assertThat(http.call("/v1/browserProfiles/delete", KEY, delete).json())
        .hasToString("{\"success\":true,\"deleted_count\":1}");
    assertThat(http.call("/v1/browserProfiles/delete", KEY, "{\"json\":{}}").status())
        .isEqualTo(400);
    assertThat(http.call("/v1/tenant/settings", KEY, "{}").json().path("name").asText())
        .isEqualTo("first");
    assertThat(
            http.call(
                    "/v1/telemetry/recordCliEvent",
                    KEY,
                    "{\"json\":{\"event\":\"x\",\"props\":{}}}")
                .status())
        .isEqualTo(200);
    assertThat(
            http.call("/v1/recordings/get", KEY, "{\"json\":{\"job_id\":\"" + id + "\"}}").json())
        .hasToString("{\"recording_url\":null,\"recording_url_expires_at\":null}");
  }

  @Test
  void keepsTheSettingsOfATenantForItsClient() {
    JsonNode tenant =
        http.operator("/v1/admin/tenants/create", "{\"json\":{\"name\":\"settings\"}}").json();
    String key = tenant.path("api_key").asText();
    assertThat(settings(key, "{}"))
        .isEqualTo("settings, sharing false, no notifications false, email null");
    String email = "\"debug_notification_email\":\"ops@example.com\"";
    assertThat(
            settings(
                key,
                "{\"json\":{\"code_sharing_enabled\":true,\"disable_job_failure_notifications\":true,"
                    + email
                    + "}}"))
        .isEqualTo("settings, sharing true, no notifications true, email \"ops@example.com\"");
    assertThat(settings(key, "{\"json\":{\"code_sharing_enabled\":false}}"))
        .isEqualTo("settings, sharing false, no notifications true, email \"ops@example.com\"");
    assertThat(settings(key, "{\"json\":{\"debug_notification_email\":null}}"))
        .isEqualTo("settings, sharing false, no notifications true, email null");
    String reader =
        http.operator(
                "/v1/admin/keys/issue",
                "{\"json\":{\"tenant_id\":%s,\"name\":\"reader\",\"scopes\":[\"read\"]}}"
                    .formatted(tenant.path("tenant_id")))
            .json()
            .path("api_key")
            .asText();
    assertThat(settings(reader, "{}"))
        .isEqualTo("settings, sharing false, no notifications true, email null");
    assertThat(
            http.call("/v1/tenant/settings", reader, "{\"json\":{\"code_sharing_enabled\":true}}")
                .status())
        .isEqualTo(403);
  }

  private String settings(String key, String body) {
    JsonNode shown = http.call("/v1/tenant/settings", key, body).json();
    return "%s, sharing %s, no notifications %s, email %s"
        .formatted(
            shown.path("name").asText(),
            shown.path("code_sharing_enabled"),
            shown.path("disable_job_failure_notifications"),
            shown.path("debug_notification_email"));
  }

  @Test
  void namesWhatOnlyTheHostedServiceOffers() {
    for (String path :
        List.of(
            "/v1/billing/subscription",
            "/v1/catalogue/bookmarks",
            "/v1/catalogue",
            "/v1/workflows/share",
            "/v1/workflows/unshare",
            "/v1/sessions/create",
            "/v1/smsNumbers/list",
            "/v1/smsOtp/claims/create",
            "/v1/auth/cliLoginCreate",
            "/api/auth/sign-up/email",
            "/api/auth/organization/list")) {
      Answer answer = http.call(path, KEY, "{}");
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.json().at("/data/reason").asText()).as(path).isEqualTo("not_offered");
    }
    for (String path : List.of("/v1/jobs/lists", "/api/auth/api-key/rotate")) {
      Answer answer = http.call(path, KEY, "{}");
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.json().has("data")).as(path).isFalse();
    }
  }

  @Test
  void keepsNoKeyInTheDatabase() {
    String key =
        http.call("/api/auth/api-key/create", KEY, "{\"name\":\"secret\"}")
            .body()
            .path("key")
            .asText();
    pool.query("SELECT k::text AS row FROM api_keys k")
        .execute()
        .await()
        .atMost(Eventually.LIMIT)
        .forEach(
            row ->
                assertThat(row.getString("row"))
                    .doesNotContain(key)
                    .doesNotContain(key.substring(10)));
  }

  private JsonNode listed(String id) {
    Answer list = http.send(http.request("/api/auth/api-key/list").header("x-api-key", KEY).GET());
    for (JsonNode key : list.body()) {
      if (key.path("id").asText().equals(id)) {
        return key;
      }
    }
    throw new AssertionError("not listed: " + id + " in " + list.body());
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
