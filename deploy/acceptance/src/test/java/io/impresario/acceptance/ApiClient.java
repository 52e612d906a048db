package io.impresario.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.testing.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One caller of the public API. */
record ApiClient(String url, String key, HttpClient http) {
  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");

  record Answer(int status, JsonNode json) {}

  ApiClient(String url, String key) {
    this(url, key, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  /** The answer's {@code json}; anything but 200 is a failure of the test. */
  JsonNode call(String procedure, Map<String, ?> input) {
    Answer answer = ask(procedure, input);
    if (answer.status() != 200) {
      throw new AssertionError(procedure + " answered " + answer);
    }
    return answer.json();
  }

  Answer ask(String procedure, Map<String, ?> input) {
    return ask("x-api-key", key, procedure, input);
  }

  Answer ask(String header, String value, String procedure, Map<String, ?> input) {
    try {
      return send(header, value, procedure, input);
    } catch (IOException e) {
      throw new AssertionError(procedure + " got no answer", e);
    }
  }

  /** Empty when the connection broke, or whoever should have answered is away. */
  Optional<Answer> tryAsk(String procedure, Map<String, ?> input) {
    try {
      return Optional.of(send("x-api-key", key, procedure, input))
          .filter(answer -> answer.status() < 500);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Answer send(String header, String value, String procedure, Map<String, ?> input)
      throws IOException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/v1/" + procedure))
              .timeout(Duration.ofSeconds(60))
              .header(header, value)
              .header("content-type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      StackUnderTest.JSON.writeValueAsString(Map.of("json", input))))
              .build();
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), StackUnderTest.JSON.readTree(response.body()).path("json"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Uploads a bundle and waits until it is ready. */
  void deploy(String source) {
    String id = call("deployments/create", Map.of("source", source)).path("deployment_id").asText();
    Eventually.passes(
        Duration.ofMinutes(4),
        () -> {
          JsonNode deployment = call("deployments/sync", Map.of("id", id));
          if (!deployment.path("status").asText().equals("ready")) {
            throw new AssertionError(deployment.toString());
          }
        });
  }

  String start(String workflow, Map<String, ?> params) {
    return call("jobs/create", Map.of("workflow", workflow, "params", params))
        .path("job_id")
        .asText();
  }

  String start(String workflow, Map<String, ?> params, String callbackUrl) {
    return call(
            "jobs/create",
            Map.of(
                "workflow", workflow,
                "params", params,
                "callback_url", callbackUrl,
                "callback_secret", "secret"))
        .path("job_id")
        .asText();
  }

  /** Fails at once, showing the job, when it has ended otherwise. */
  JsonNode awaitStatus(String job, Set<String> wanted, Duration limit) {
    JsonNode found =
        Eventually.present(
            limit,
            "job " + job + " in " + wanted,
            () ->
                Optional.of(call("jobs/get", Map.of("id", job)))
                    .filter(now -> isIn(now, wanted) || isIn(now, ENDED)));
    if (!isIn(found, wanted)) {
      throw new AssertionError("not in " + wanted + ", and ended: " + found);
    }
    return found;
  }

  private static boolean isIn(JsonNode job, Set<String> statuses) {
    return statuses.contains(job.path("status").asText());
  }

  JsonNode awaitEnd(String job, Duration limit) {
    return awaitStatus(job, ENDED, limit);
  }

  /** The messages of a job's log, in their order. */
  List<String> log(String job) {
    List<String> messages = new ArrayList<>();
    call("logs/list", Map.of("jobId", job, "limit", 1000, "order", "asc"))
        .path("logs")
        .forEach(line -> messages.add(line.path("message").asText()));
    return messages;
  }
}
