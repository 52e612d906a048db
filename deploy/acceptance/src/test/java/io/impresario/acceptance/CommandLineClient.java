package io.impresario.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * Calls as the command-line client of the hosted service makes them: with an origin, a telemetry
 * event before each command, {@code meta} beside each input, and keys managed without an envelope.
 */
final class CommandLineClient {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String url;
  private final String key;

  CommandLineClient(String url, String key) {
    this.url = url;
    this.key = key;
  }

  record Answer(int status, JsonNode body, HttpResponse<String> raw) {
    String warnings() {
      return raw.headers().firstValue("x-impresario-warnings").orElse("");
    }
  }

  /** The same client with another key. */
  CommandLineClient with(String otherKey) {
    return new CommandLineClient(url, otherKey);
  }

  /** A procedure that must succeed: what it answers. */
  JsonNode call(String procedure, Map<String, ?> input) {
    Answer answer = ask(procedure, input);
    if (answer.status() != 200) {
      throw new AssertionError(procedure + " answered " + answer);
    }
    return answer.body().path("json");
  }

  Answer ask(String procedure, Map<String, ?> input) {
    return send(
        request("/v1/" + procedure)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    write(Map.of("json", input, "meta", new Object[0])))));
  }

  /** What the client tells before it runs a command. */
  void announce(String command) {
    call(
        "telemetry/recordCliEvent",
        Map.of("event", "cli_command", "properties", Map.of("command", command, "ci", true)));
  }

  JsonNode keys(String action, Map<String, ?> body) {
    HttpRequest.Builder request = request("/api/auth/api-key/" + action);
    Answer answer =
        send(
            action.equals("list")
                ? request.GET()
                : request.POST(HttpRequest.BodyPublishers.ofString(write(body))));
    if (answer.status() != 200) {
      throw new AssertionError("api-key/" + action + " answered " + answer);
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(Duration.ofSeconds(60))
        .header("x-api-key", key)
        .header("origin", url)
        .header("accept", "*/*")
        .header("content-type", "application/json");
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), StackUnderTest.JSON.readTree(response.body()), response);
    } catch (IOException e) {
      throw new AssertionError("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String write(Object body) {
    try {
      return StackUnderTest.JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
