package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.impresario.testing.Eventually;
import io.impresario.testing.openapi.ApiDescription;
import io.impresario.testing.openapi.BrokenInputs;
import io.impresario.testing.openapi.Operation;
import io.impresario.testing.openapi.ValidInputs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds docs/api/openapi.yaml against a running system, in a tenant of its own. */
final class HttpContract {
  private static final int VALID_INPUTS = 6;
  private static final Duration PATIENCE = Eventually.LIMIT;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private record Answer(int status, String text, HttpResponse<String> raw) {
    JsonNode json() {
      try {
        return StackUnderTest.JSON.readTree(text);
      } catch (IOException e) {
        throw new AssertionError(text, e);
      }
    }
  }

  private final ApiDescription api;
  private final ContractTenant tenant;
  private final ValidInputs valid;
  private final BrokenInputs broken;

  HttpContract(ApiDescription api, ContractTenant tenant, long seed) {
    this.api = api;
    this.tenant = tenant;
    this.valid = new ValidInputs(api, tenant, seed);
    this.broken = new BrokenInputs(api, valid);
  }

  /**
   * Every path takes its method and no other; what is near it, or behind the gateway, is unknown.
   */
  void routesAreThoseOfTheDocument() {
    TreeSet<String> paths = new TreeSet<>();
    api.operations().forEach(operation -> paths.addAll(operation.paths()));
    for (Operation operation : api.operations()) {
      for (String path : operation.paths()) {
        String other = operation.method().equals("GET") ? "POST" : "GET";
        Answer wrong = send(request(path, tenant.key()).method(other, BodyPublishers.noBody()));
        fits(operation, wrong, 405);
        assertThat(wrong.raw().headers().firstValue("allow")).hasValue(operation.method());
        for (String near : List.of(path + "s", path + "/", path.toUpperCase(Locale.ROOT))) {
          assertThat(paths).doesNotContain(near);
          isUnknown(near);
        }
      }
    }
    List.of("/", "/v1", "/v1/jobs", "/internal/deliveries/by-job", "/q/health", "/q/metrics")
        .forEach(this::isUnknown);
  }

  private void isUnknown(String path) {
    Answer answer = send(request(path, tenant.key()).POST(BodyPublishers.ofString("{}")));
    assertThat(answer.status()).as(path).isEqualTo(404);
    assertThat(api.problems("/components/schemas/ErrorNotFound", answer.json())).isEmpty();
  }

  /** What the document accepts is no bad request, and each procedure succeeds at least once. */
  void validInputsAreAcceptedAndAnsweredAsDocumented() {
    Map<String, Map<Integer, Integer>> statuses = new TreeMap<>();
    for (Operation operation : api.operations()) {
      for (String path : operation.paths()) {
        Map<Integer, Integer> seen = statuses.computeIfAbsent(path, any -> new TreeMap<>());
        int calls = operation.inputPointer().isPresent() ? VALID_INPUTS : 1;
        for (int i = 0; i < calls; i++) {
          JsonNode input = operation.inputPointer().isPresent() ? valid.of(operation) : null;
          Answer answer = call(operation, path, input);
          assertThat(answer.status())
              .as("%s %s answered %s", operation, input, answer.text())
              .isNotEqualTo(400)
              .isLessThan(500);
          fits(operation, answer, answer.status());
          seen.merge(answer.status(), 1, Integer::sum);
        }
      }
    }
    System.out.println("valid inputs were answered with " + statuses);
    assertThat(statuses).allSatisfy((path, seen) -> assertThat(seen).as(path).containsKey(200));
  }

  /** Each rule of an input, broken alone, earns its issue at its path. */
  void everyBrokenRuleIsAnIssueAtItsPath() {
    int rules = 0;
    for (Operation operation : api.operations()) {
      if (operation.inputPointer().isPresent()) {
        for (BrokenInputs.Broken one : broken.of(operation)) {
          Answer answer = call(operation, operation.path(), one.input());
          String call = operation + " " + one.rule() + " " + cut(one.input()) + " " + answer.text();
          assertThat(answer.status()).as(call).isEqualTo(400);
          fits(operation, answer, 400);
          assertThat(answer.json().at("/json/data/issues"))
              .as(call)
              .anyMatch(
                  issue ->
                      issue.path("path").equals(one.path())
                          && issue.path("code").asText().equals(one.code()));
          rules++;
        }
      }
    }
    System.out.println(rules + " broken rules were refused");
  }

  /** What every procedure refuses before it looks at its input. */
  void everyProcedureRefusesAsDocumented() {
    for (Operation operation : api.operations()) {
      if (operation.scope().isPresent()) {
        fits(operation, send(posted(operation, "unknown", "{}", "application/json")), 401);
        if (operation.documents(403)) {
          String other = tenant.keyWithout(operation.scope().get());
          fits(operation, send(posted(operation, other, "{}", "application/json")), 403);
        }
        fits(operation, send(posted(operation, keyFor(operation), "{", "application/json")), 400);
        if (operation.documents(415)) {
          fits(operation, send(posted(operation, keyFor(operation), "{}", "text/plain")), 415);
        }
      }
    }
  }

  private Answer call(Operation operation, String path, @Nullable JsonNode input) {
    String body = "";
    if (input != null) {
      ObjectNode envelope = StackUnderTest.JSON.createObjectNode();
      body = (operation.isEnveloped() ? envelope.set("json", input) : input).toString();
    }
    return send(
        request(path, keyFor(operation))
            .header("content-type", "application/json")
            .method(operation.method(), BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder posted(
      Operation operation, String key, String body, String contentType) {
    return request(operation.path(), key)
        .header("content-type", contentType)
        .method(operation.method(), BodyPublishers.ofString(body));
  }

  private String keyFor(Operation operation) {
    return operation.scope().filter("operator"::equals).isPresent()
        ? tenant.adminKey()
        : tenant.key();
  }

  private HttpRequest.Builder request(String path, String key) {
    return HttpRequest.newBuilder(URI.create(tenant.url() + path))
        .timeout(PATIENCE)
        .header("x-api-key", key)
        .header("x-admin-key", key);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new AssertionError("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Status, body, headers and reason of an answer are documented for its operation. */
  private void fits(Operation operation, Answer answer, int status) {
    String what = operation + " answered " + answer.status() + " " + cut(answer.text());
    assertThat(answer.status()).as(what).isEqualTo(status);
    assertThat(operation.documents(status)).as(what).isTrue();
    assertThat(answer.raw().headers().map().keySet())
        .as(what)
        .containsAll(operation.requiredHeaders(status));
    List<JsonNode> events = events(answer);
    for (JsonNode event : events) {
      assertThat(api.problems("/components/schemas/JobEvent", event)).as(what).isEmpty();
    }
    if (operation.answerPointer(status).isPresent() && events.isEmpty()) {
      assertThat(api.problems(operation.answerPointer(status).get(), answer.json()))
          .as(what)
          .isEmpty();
      JsonNode reason = answer.json().at("/json/data/reason");
      if (!reason.isMissingNode()) {
        assertThat(operation.reasons(status)).as(what).contains(reason.asText());
      }
    }
  }

  /** The timeline entries of a stream; empty for any other answer. */
  private static List<JsonNode> events(Answer answer) {
    List<JsonNode> entries = new ArrayList<>();
    if (answer.raw().headers().firstValue("content-type").orElse("").equals("text/event-stream")) {
      for (String event : answer.text().split("\n\n")) {
        if (event.startsWith("event: message\n")) {
          String data = event.substring(event.indexOf("data: ") + "data: ".length());
          entries.add(new Answer(200, data, answer.raw()).json().path("json"));
        }
      }
      assertThat(entries).isNotEmpty();
      assertThat(answer.text()).endsWith("event: done\ndata: {\"json\":null}\n\n");
    }
    return entries;
  }

  private static String cut(@Nullable Object text) {
    String whole = String.valueOf(text);
    return whole.length() > 500 ? whole.substring(0, 500) + "…" : whole;
  }
}
