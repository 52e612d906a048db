package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.gateway.front.Http.Answer;
import io.impresario.gateway.route.Access;
import io.impresario.gateway.route.Owner;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.RouteTable;
import io.impresario.rpc.RpcException;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every row of the error table in docs/api/envelope.md, on every route that it can happen on. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class ErrorTableIT {
  private static final String KEY = OwningServices.API_KEY;

  @Inject PublicPort port;
  @Inject RouteTable table;
  private Http http;

  @BeforeEach
  void point() {
    http = new Http(port.port());
  }

  @Test
  void malformedBodies() {
    for (Route route : posts()) {
      for (String body :
          List.of(
              "{",
              "nope",
              "[]",
              "\"text\"",
              "{\"json\":{}} x",
              "{\"json\":{\"a\":1,\"a\":2}}",
              "{\"json\":{\"a\":NaN}}",
              "{\"json\":{\"a\":\"\\u0000\"}}",
              "{\"json\":{\"a\":\"\\ud800\"}}",
              "{\"json\":{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}}")) {
        Answer answer = call(route, body);
        isError(route, answer, 400, "BAD_REQUEST");
        assertThat(message(answer)).as(route.path() + body).startsWith("Malformed request. Ensure");
      }
      if (route.answer() != Route.Answer.PLAIN) {
        Answer badMeta = call(route, "{\"json\":{},\"meta\":[[3,\"missing\"]]}");
        isError(route, badMeta, 400, "BAD_REQUEST");
        assertThat(message(badMeta)).isEqualTo(RpcException.MALFORMED_MESSAGE);
      }
    }
  }

  @Test
  void fieldValidationNamesEveryIssue() {
    for (Route route : forwarded()) {
      Answer answer =
          call(route, "{\"json\":{\"id\":\"x\",\"limit\":1000.5,\"name\":\"\",\"params\":3}}");
      isError(route, answer, 400, "BAD_REQUEST");
      assertThat(message(answer)).isEqualTo("Input validation failed");
      assertThat(answer.json().path("data").path("issues")).hasSize(5);
    }
  }

  @Test
  void theGatewaysOwnProceduresNameTheirIssuesToo() {
    Map<String, List<String>> required = new HashMap<>();
    required.put("/v1/admin/tenants/create", List.of("name"));
    required.put("/v1/admin/tenants/suspend", List.of("tenant_id"));
    required.put("/v1/admin/tenants/resume", List.of("tenant_id"));
    required.put("/v1/admin/keys/issue", List.of("tenant_id", "name"));
    required.put("/api/auth/api-key/create", List.of("name"));
    required.put("/api/auth/api-key/delete", List.of("keyId"));
    required.put("/v1/browserProfiles/ensure", List.of("name"));
    required.forEach(
        (path, fields) -> {
          Route route = table.find(path).orElseThrow();
          for (String body : List.of("{}", "{\"json\":{}}", "")) {
            if (body.contains("json") && route.answer() == Route.Answer.PLAIN) {
              continue;
            }
            Answer answer = call(route, body);
            isError(route, answer, 400, "BAD_REQUEST");
            assertThat(message(answer)).isEqualTo("Input validation failed");
            List<String> named = new ArrayList<>();
            for (JsonNode issue : answer.json().path("data").path("issues")) {
              assertThat(issue.path("code").asText()).isEqualTo("invalid_type");
              assertThat(issue.path("message").asText()).isEqualTo("Required");
              assertThat(issue.path("received").asText()).isEqualTo("undefined");
              named.add(issue.path("path").path(0).asText());
            }
            assertThat(named).as(path).isEqualTo(fields);
          }
        });
    for (String path : List.of("/v1/admin/tenants/list", "/v1/admin/audit/list")) {
      Answer answer =
          call(table.find(path).orElseThrow(), "{\"json\":{\"limit\":0,\"cursor\":\"damaged\"}}");
      isError(null, answer, 400, "BAD_REQUEST");
      assertThat(answer.json().path("data").path("issues")).as(path).hasSize(2);
    }
  }

  @Test
  void keys() {
    for (Route route : table.all()) {
      for (String key : List.of("", "imp_unknown", "imp_" + "0".repeat(49), "x".repeat(600))) {
        HttpRequest.Builder request =
            http.request(route.path()).header("content-type", "application/json");
        if (!key.isEmpty()) {
          request.header("x-api-key", key).header("x-admin-key", key);
        }
        Answer answer =
            http.send(request.method(route.method(), HttpRequest.BodyPublishers.ofString("{}")));
        isError(route, answer, 401, "UNAUTHORIZED");
        assertThat(message(answer)).isEqualTo("A valid API key is required");
      }
    }
  }

  @Test
  void scopes() {
    for (Access held : List.of(Access.READ, Access.WRITE, Access.ADMIN)) {
      String key = keyWithScope(held.scope());
      for (Route route : table.all()) {
        if (route.access() == Access.OPERATOR || route.access() == held) {
          continue;
        }
        Answer answer =
            http.send(
                http.post(route.path(), key, "{}")
                    .method(route.method(), HttpRequest.BodyPublishers.ofString("{}")));
        isError(route, answer, 403, "FORBIDDEN");
        assertThat(answer.json().path("data").path("required_scope").asText())
            .isEqualTo(route.access().scope());
      }
    }
  }

  @Test
  void unknownRoutesAndIds() {
    for (String path :
        List.of(
            "/",
            "/v1",
            "/v1/jobs",
            "/v1/jobs/create/",
            "/V1/jobs/create",
            "/v1//jobs/create",
            "/v1/jobs/crea%74e",
            "/internal/jobs",
            "/q/health",
            "/v1/jobs/..%2fx")) {
      isError(null, http.call(path, KEY, "{}"), 404, "NOT_FOUND");
    }
    for (Route route : forwarded()) {
      isError(route, call(route, "{\"json\":{\"ending\":\"not_found\"}}"), 404, "NOT_FOUND");
    }
  }

  @Test
  void methods() {
    for (Route route : table.all()) {
      for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "POST")) {
        if (method.equals(route.method())) {
          continue;
        }
        Answer answer =
            http.send(
                http.request(route.path())
                    .header("x-api-key", KEY)
                    .header("origin", "https://example.org")
                    .method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.header("allow")).isEqualTo(route.method());
        if (method.equals("HEAD")) {
          assertThat(answer.status()).isEqualTo(405);
        } else {
          isError(route, answer, 405, "METHOD_NOT_SUPPORTED");
        }
      }
    }
  }

  @Test
  void conflictsAndFullQueues() {
    for (Route route : forwarded()) {
      Answer conflict = call(route, "{\"json\":{\"ending\":\"conflict\"}}");
      isError(route, conflict, 409, "CONFLICT");
      assertThat(conflict.json().path("data").path("reason").asText()).isEqualTo("nonce_reused");
      Answer full = call(route, "{\"json\":{\"ending\":\"queue_full\"}}");
      isError(route, full, 429, "TOO_MANY_REQUESTS");
      assertThat(full.header("retry-after")).isEqualTo("7");
      assertThat(full.json().path("data").path("retry_after_seconds").asInt()).isEqualTo(7);
      assertThat(full.json().path("data").path("limit").asText()).isEqualTo("queue");
    }
  }

  @Test
  void bodiesTooLarge() {
    String large = "{\"json\":{\"name\":\"" + "x".repeat(2 << 20) + "\"}}";
    for (Route route : posts()) {
      if (route.maxBodyBytes() > large.length()) {
        continue;
      }
      Answer announced = call(route, large);
      isError(route, announced, 413, "PAYLOAD_TOO_LARGE");
      assertThat(announced.json().path("data").path("limit_bytes").asLong())
          .isEqualTo(route.maxBodyBytes());
      Answer chunked =
          http.send(
              authorised(route)
                  .header("content-type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.fromPublisher(
                          HttpRequest.BodyPublishers.ofString(large))));
      isError(route, chunked, 413, "PAYLOAD_TOO_LARGE");
    }
  }

  @Test
  void contentTypes() {
    for (Route route : posts()) {
      for (String type :
          List.of(
              "text/plain",
              "application/x-www-form-urlencoded",
              "json",
              "application/json; charset=utf-16",
              "multipart/form-data; boundary=x")) {
        Answer answer =
            http.send(
                authorised(route)
                    .header("content-type", type)
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
        isError(route, answer, 415, "UNSUPPORTED_MEDIA_TYPE");
      }
      isError(
          route,
          http.send(authorised(route).POST(HttpRequest.BodyPublishers.ofString("{}"))),
          415,
          "UNSUPPORTED_MEDIA_TYPE");
    }
  }

  @Test
  void contentEncodings() {
    for (Route route : posts()) {
      Answer answer =
          http.send(
              authorised(route)
                  .header("content-type", "application/json")
                  .header("content-encoding", "gzip")
                  .POST(HttpRequest.BodyPublishers.ofString("{}")));
      isError(route, answer, 415, "UNSUPPORTED_MEDIA_TYPE");
      assertThat(message(answer)).contains("content encoding");
      assertThat(answer.header("accept-encoding")).isEqualTo("identity");
    }
  }

  @Test
  void whatIsAcceptedChangesNothing() {
    for (Route route : forwarded()) {
      for (String accepted : List.of("text/html", "image/png, text/event-stream", "x")) {
        Answer answer =
            http.send(
                authorised(route)
                    .header("content-type", "application/json")
                    .header("accept", accepted)
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(answer.status()).as(route.path() + " " + accepted).isEqualTo(200);
      }
    }
  }

  @Test
  void bugsLeakNothing() {
    for (Route route : forwarded()) {
      Answer answer = call(route, "{\"json\":{\"ending\":\"bug\"}}");
      isError(route, answer, 500, "INTERNAL_SERVER_ERROR");
      assertThat(message(answer)).isEqualTo("Internal server error");
    }
  }

  @Test
  void servicesThatAreDownOrSlow() {
    for (Route route : forwarded()) {
      Answer answer = call(route, "{\"json\":{\"ending\":\"database\"}}");
      isError(route, answer, 503, "SERVICE_UNAVAILABLE");
      assertThat(answer.header("retry-after")).isNotEmpty();
    }
    OwningServices.proxy().mode(Mode.REFUSE);
    OwningServices.proxy().cut();
    try {
      for (Route route : table.all()) {
        if (route.owner() != Owner.GATEWAY) {
          Answer answer = call(route, "{}");
          isError(route, answer, 503, "SERVICE_UNAVAILABLE");
          assertThat(answer.header("retry-after")).isNotEmpty();
        }
      }
    } finally {
      OwningServices.proxy().mode(Mode.PASS);
    }
    Route list = table.find("/v1/jobs/list").orElseThrow();
    Answer slow = call(list, "{\"json\":{\"ending\":\"never\"}}");
    isError(list, slow, 504, "GATEWAY_TIMEOUT");
    assertThat(slow.header("retry-after")).isNotEmpty();
  }

  private List<Route> posts() {
    return table.all().stream().filter(route -> route.method().equals("POST")).toList();
  }

  private List<Route> forwarded() {
    return table.all().stream()
        .filter(route -> route.owner() != Owner.GATEWAY)
        .filter(route -> route.answer() != Route.Answer.STREAM)
        .toList();
  }

  private Answer call(Route route, String body) {
    return http.send(
        authorised(route)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder authorised(Route route) {
    return route.access() == Access.OPERATOR
        ? http.request(route.path()).header("x-admin-key", OwningServices.ADMIN_KEY)
        : http.request(route.path()).header("x-api-key", KEY);
  }

  private String keyWithScope(String scope) {
    Answer made =
        http.call(
            "/api/auth/api-key/create",
            KEY,
            "{\"name\":\"only " + scope + "\",\"scopes\":[\"" + scope + "\"]}");
    assertThat(made.status()).isEqualTo(200);
    return made.body().path("key").asText();
  }

  private static String message(Answer answer) {
    return answer.json().path("message").asText();
  }

  private static void isError(@Nullable Route route, Answer answer, int status, String code) {
    String at = (route == null ? "" : route.path()) + " " + answer.body();
    assertThat(answer.status()).as(at).isEqualTo(status);
    assertThat(answer.header("content-type")).as(at).isEqualTo("application/json");
    assertThat(answer.header("x-request-id")).as(at).isNotEmpty();
    JsonNode error = answer.json();
    Set<String> keys = new TreeSet<>();
    error.fieldNames().forEachRemaining(keys::add);
    keys.remove("data");
    assertThat(keys).as(at).containsExactly("code", "defined", "message", "status");
    assertThat(error.path("code").asText()).as(at).isEqualTo(code);
    assertThat(error.path("status").asInt()).as(at).isEqualTo(status);
    assertThat(error.path("defined").isBoolean() && !error.path("defined").asBoolean()).isTrue();
    assertThat(answer.body()).hasSize(1);
    Stream.of("an inside secret", "127.0.0.1", "io.impresario", "Exception")
        .forEach(secret -> assertThat(answer.raw().body()).doesNotContain(secret));
  }
}
