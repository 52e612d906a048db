package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.testing.Eventually;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;

/** Jobs of {@link HostileBundle} on a whole stack, all at once. */
final class HostileRuns {
  /** How a way to misbehave must end: its failure code and a pattern of its error. */
  private record Ending(String code, String error) {}

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int SECONDS_TO_SPIN = 3;

  private final StackUnderTest stack;
  private final ApiClient client;

  HostileRuns(StackUnderTest stack) {
    this.stack = stack;
    this.client = stack.client();
    client.deploy(HostileBundle.source());
  }

  private static Map<String, Ending> endings(long memoryMebibytes) {
    Map<String, Ending> endings = new LinkedHashMap<>();
    endings.put("exits", new Ending("user_error", "ended its process"));
    endings.put("spins", new Ending("timeout", "(timeout_seconds|time limit)"));
    endings.put("rejects", new Ending("user_error", "nobody cares"));
    endings.put("throwsNoError", new Ending("user_error", "just text"));
    endings.put("closesItsPipe", new Ending("user_error", "closed its channel"));
    endings.put("takesMemory", new Ending("user_error", memoryMebibytes + " MiB"));
    endings.put("forks", new Ending("user_error", "processes"));
    endings.put("cannotBeWritten", new Ending("user_error", "cannot be written as JSON"));
    return endings;
  }

  /** Each ends as it must, with its reason. */
  void allEndProperly(long memoryMebibytes) {
    Map<String, Ending> endings = endings(memoryMebibytes);
    Map<String, String> jobs = new LinkedHashMap<>();
    endings.keySet().forEach(way -> jobs.put(start(way, Map.of()), way));
    String flood = start("floods", Map.of());
    SoftAssertions all = new SoftAssertions();
    jobs.forEach(
        (id, way) -> {
          Ending ending = Objects.requireNonNull(endings.get(way));
          JsonNode job = client.awaitEnd(id, LIMIT);
          all.assertThat(job.path("status").asText()).as(way).isEqualTo("failed");
          all.assertThat(job.path("failure_code").asText()).as(way).isEqualTo(ending.code());
          all.assertThat(job.path("error").asText()).as(way).containsPattern(ending.error());
        });
    JsonNode flooded = client.awaitEnd(flood, LIMIT);
    all.assertThat(flooded.path("result").asText()).as("floods").isEqualTo("said all");
    all.assertAll();
  }

  /** A child that a workflow left behind has gone with its job. */
  void leavesNoChild() {
    // A number that no other process has on its command line.
    String seconds = "86399." + Math.abs(System.identityHashCode(this));
    JsonNode job = client.awaitEnd(start("leavesAChild", Map.of("seconds", seconds)), LIMIT);
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("result").asLong()).isPositive();
    Eventually.isTrue(
        "the child is gone",
        () ->
            ProcessHandle.allProcesses()
                .noneMatch(process -> process.info().commandLine().orElse("").contains(seconds)));
  }

  /** What a run finds of its surroundings, as far as this machine's walls go. */
  void readsAndReachesNothingOfOurs() throws IOException {
    JsonNode job =
        client.awaitEnd(start("pries", Map.of("files", files(), "ports", ports())), LIMIT);
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    JsonNode found = job.path("result");
    assertThat(found.path("environment")).isEmpty();
    String walls = stack.run(List.of("logs", "job-service"));
    System.out.println(
        "A hostile run found "
            + found
            + " behind "
            + walls.replaceAll("(?s).*(executor.started[^\\n]*).*", "$1"));
    if (walls.contains("sandbox=bubblewrap")) {
      assertThat(found.path("otherEnvironments")).isEmpty();
      assertThat(found.path("files")).isEmpty();
      assertThat(found.path("written")).isEmpty();
    }
    if (walls.contains("network=\"guarded\"") || walls.contains("network=\\\"guarded\\\"")) {
      assertThat(found.path("ports")).isEmpty();
    }
  }

  private List<String> files() {
    return List.of(
        stack.home().resolve("state.json").toString(),
        stack.home().resolve("data/secrets.json").toString(),
        stack.data("job-service").toString(),
        stack.data("postgres").toString(),
        "/etc/shadow",
        "/root");
  }

  /** Of the database, the broker, and each service but the public one. */
  private List<Integer> ports() {
    List<Integer> ports = new ArrayList<>();
    JsonNode state = stack.state();
    ports.add(URI.create(state.path("postgres_url").asText()).getPort());
    ports.add(Integer.valueOf(state.path("kafka_bootstrap").asText().replaceAll(".*:", "")));
    state
        .path("services")
        .fields()
        .forEachRemaining(
            service -> {
              addPort(ports, service.getValue().path("management_url"));
              if (!service.getKey().startsWith("api-gateway")) {
                addPort(ports, service.getValue().path("url"));
              }
            });
    assertThat(ports).hasSizeGreaterThan(8);
    return ports;
  }

  private static void addPort(List<Integer> ports, JsonNode url) {
    if (url.isTextual()) {
      ports.add(URI.create(url.asText()).getPort());
    }
  }

  private String start(String way, Map<String, ?> more) {
    Map<String, Object> params = new HashMap<>(more);
    params.put("way", way);
    return client
        .call(
            "jobs/create",
            Map.of(
                "workflow",
                HostileBundle.WORKFLOW,
                "params",
                params,
                "timeout_seconds",
                way.equals("spins") ? SECONDS_TO_SPIN : 60))
        .path("job_id")
        .asText();
  }
}
