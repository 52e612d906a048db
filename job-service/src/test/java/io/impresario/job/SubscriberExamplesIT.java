package io.impresario.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The subscribers of docs/subscribing.md, as they stand there, against real events. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class SubscriberExamplesIT {
  private static final String TOPIC = "job-finished";
  private static final Duration LIMIT = Eventually.LIMIT;

  @InjectServers TestServers servers;
  @TempDir Path directory;

  @Test
  void subscribesInNode() throws Exception {
    Files.createSymbolicLink(
        directory.resolve("node_modules"), Path.of("executor/node_modules").toAbsolutePath());
    seesEachEndOnce("js", "subscriber.mjs", List.of("node"));
  }

  @Test
  void subscribesInPython() throws Exception {
    // The client may be installed for the system's Python alone.
    String python =
        Stream.of("python3", "/usr/bin/python3")
            .filter(SubscriberExamplesIT::hasTheClient)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(python != null, "confluent-kafka is not installed");
    seesEachEndOnce("python", "subscriber.py", List.of(python));
  }

  @Test
  void subscribesInJava() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    seesEachEndOnce(
        "java", "Subscriber.java", List.of(java, "-cp", System.getProperty("java.class.path")));
  }

  private void seesEachEndOnce(String language, String file, List<String> command)
      throws Exception {
    Path program = Files.writeString(directory.resolve(file), example(language));
    JobApi api = new JobApi();
    UUID job = api.createWorkflow("echo-1");
    api.ended(job);
    UUID later = UUID.randomUUID();
    TopicPartition partition = repeat(job, later);

    String group = "examples-" + language;
    Path output = directory.resolve("output");
    Process subscriber = start(program, command, group, output);
    try {
      Eventually.passes(
          LIMIT, () -> assertThat(Files.readString(output)).contains(later + " completed"));
      assertThat(Files.readAllLines(output)).containsOnlyOnce(job + " completed");
      Eventually.isTrue(LIMIT, "has committed", () -> isAtTheEnd(group, partition));
    } finally {
      subscriber.destroy();
      subscriber.waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** After the job's event the same again, one of an unknown type, and that of a later job. */
  private TopicPartition repeat(UUID job, UUID later) {
    try (KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      ConsumerRecord<byte[], byte[]> event =
          kafka.await(TOPIC, 1, LIMIT, KafkaTestClient.withKey(job.toString())).get(0);
      Map<String, String> headers = new HashMap<>();
      event
          .headers()
          .forEach(one -> headers.put(one.key(), new String(one.value(), StandardCharsets.UTF_8)));
      kafka.send(TOPIC, job.toString(), event.value(), headers);
      headers.put("ce_id", UUID.randomUUID().toString());
      headers.put("ce_type", "io.impresario.job.finished.v2");
      kafka.send(TOPIC, job.toString(), event.value(), headers);
      headers.put("ce_type", "io.impresario.job.finished.v1");
      headers.put("ce_tomorrow", "unknown");
      String body =
          KafkaTestClient.text(event)
              .replace(job.toString(), later.toString())
              .replaceFirst("\\{", "{\"of_tomorrow\":[1],");
      kafka.send(TOPIC, job.toString(), body.getBytes(StandardCharsets.UTF_8), headers);
      return new TopicPartition(TOPIC, event.partition());
    }
  }

  private boolean isAtTheEnd(String group, TopicPartition partition) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafkaBootstrap()))) {
      OffsetAndMetadata committed =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(partition);
      long end =
          admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()))
              .partitionResult(partition)
              .get()
              .offset();
      return committed != null && committed.offset() == end;
    }
  }

  private static boolean hasTheClient(String python) {
    try {
      return new ProcessBuilder(python, "-c", "import confluent_kafka")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Process start(Path program, List<String> command, String group, Path output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(command.stream(), Stream.of(program.toString())).toList());
    builder.environment().put("BROKERS", servers.kafkaBootstrap());
    builder.environment().put("GROUP", group);
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  private static String example(String language) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "subscribing.md"));
    String begin = "```" + language + "\n";
    int start = page.indexOf(begin) + begin.length();
    assertThat(start).isGreaterThan(begin.length());
    return page.substring(start, page.indexOf("\n```", start));
  }
}
