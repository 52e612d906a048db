package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.job.JobTable;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A workflow that tells its credential in every way it can, and where that arrives: nowhere. */
@QuarkusTest
@TestProfile(RealBuilds.class)
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
@SuppressWarnings("NullAway.Init")
class SecretsStayInsideIT {
  private static final String BLAB =
      """
      const secret = input.credentials.token;
      console.log('here: ' + secret, { secret });
      console.error(new Error(secret));
      process.stdout.write('out ' + secret + '\\n');
      process.stderr.write('err ' + secret + '\\n');
      await ctx.page.setContent('<p>' + secret + '</p>');
      throw new Error('cannot log in with ' + secret);
      """;

  @InjectServers TestServers servers;

  private final RealApi client = RealApi.newTenant();
  private final String secret = "geheim-" + UUID.randomUUID();
  private final String other = "fremd-" + UUID.randomUUID();

  @Test
  void nothingButTheRunSeesAValue() throws IOException {
    client.deployWorkflow("blab", "credentialNames: ['Token'],", BLAB);
    client.deployWorkflow(
        "names", "credentialNames: ['Token'],", "return Object.keys(input.credentials).join();");
    List<String> logged = Collections.synchronizedList(new ArrayList<>());
    Handler recorder = recorder(logged);
    Logger.getLogger("").addHandler(recorder);
    String job;
    try {
      client.api().ok("credentials/create", "name", "token", "value", secret);
      client.api().ok("credentials/create", "name", "other", "value", other);
      assertThat(client.run("names", Map.of()).path("result").asText()).isEqualTo("token");
      job = client.create("workflow", "blab", "params", Map.of("credentials", Map.of("x", 1)));
      assertThat(client.ended(job).path("error").asText())
          .isEqualTo("cannot log in with [redacted]");
    } finally {
      Logger.getLogger("").removeHandler(recorder);
    }

    List<String> everything = new ArrayList<>(logged);
    assertThat(everything).as("log lines of the service").isNotEmpty();
    everything.addAll(answers(job));
    everything.addAll(artifacts(job));
    everything.addAll(topics(job));
    everything.addAll(rows());
    assertThat(everything).noneMatch(text -> text.contains(secret) || text.contains(other));
  }

  @Test
  void aMissingOneFailsTheJobBeforeABrowserStarts() {
    client.deployWorkflow("wanting", "credentialNames: ['absent'],", "return 1;");
    String job = client.create("workflow", "wanting");
    JsonNode failed = client.ended(job);
    assertThat(failed.path("failure_code").asText()).isEqualTo("invalid_input");
    assertThat(failed.path("error").asText()).contains("absent");
    assertThat(failed.path("started_at").isNull()).isTrue();
    assertThat(
            JobTable.column(
                "SELECT event FROM job_timeline WHERE job_id = ? ORDER BY seq", id(job)))
        .containsExactly("queued", "claimed", "ended");
  }

  private List<String> answers(String job) {
    return Stream.of("get", "events", "debugReport")
        .map(procedure -> client.api().call("jobs/" + procedure, "id", job).body())
        .toList();
  }

  private static List<String> artifacts(String job) throws IOException {
    Path page = Path.of("target/data/artifacts", job, "page.html");
    assertThat(page).content().contains("[redacted]");
    return List.of(Files.readString(page));
  }

  private List<String> topics(String job) {
    try (KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      Eventually.passes(
          () ->
              assertThat(kafka.all("executor-logs", KafkaTestClient.withKey(job)))
                  .anyMatch(line -> KafkaTestClient.text(line).contains("err [redacted]")));
      Eventually.passes(
          () -> assertThat(kafka.all("job-finished", KafkaTestClient.withKey(job))).isNotEmpty());
      return Stream.of("job-requested", "job-started", "job-finished", "executor-logs")
          .flatMap(topic -> kafka.all(topic, KafkaTestClient.withKey(job)).stream())
          .map(KafkaTestClient::text)
          .toList();
    }
  }

  /** All that stands in the service's schema, as text. */
  private static List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (String table :
        JobTable.column(
            "SELECT table_name FROM information_schema.tables WHERE table_schema ="
                + " current_schema() AND table_name <> 'archive_chunk'")) {
      rows.addAll(JobTable.column("SELECT t::text FROM \"" + table + "\" t"));
    }
    assertThat(rows).anyMatch(row -> row.contains("cannot log in with [redacted]"));
    return rows;
  }

  private static UUID id(String job) {
    return UUID.fromString(job);
  }

  private static Handler recorder(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        String values = Arrays.toString(line.getParameters());
        lines.add(line.getMessage() + " " + values + " " + line.getThrown());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
