package io.impresario.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "job"))
class OutboxIT {
  private static final Duration LIMIT = Eventually.LIMIT;
  private static final UUID TENANT = UUID.randomUUID();

  @Inject Outbox outbox;
  @Inject Pool pool;
  @InjectServers TestServers servers;

  @Test
  void anEventTakesEffectOnceItsTransactionHasCommitted() {
    UUID job = commit("committed");
    awaitEffects(job, 1);
    ConsumerRecord<String, byte[]> record = recordOf(servers, "job-finished", job);
    assertThat(header(record, CloudEventHeaders.TYPE)).isEqualTo("io.impresario.job.finished.v1");
    assertThat(header(record, CloudEventHeaders.SPEC_VERSION)).isEqualTo("1.0");
    assertThat(header(record, CloudEventHeaders.SOURCE)).isEqualTo("/impresario/outbox-test");
    assertThat(header(record, CloudEventHeaders.TENANT_ID)).isEqualTo(TENANT.toString());
    assertThat(header(record, CloudEventHeaders.TRACEPARENT)).isEqualTo("00-trace");
    assertThat(header(record, CloudEventHeaders.OUTCOME)).isEqualTo("cancelled");
    assertThat(record.headers().lastHeader(CloudEventHeaders.SCHEDULE_ID)).isNull();
    assertThat(EventCodec.decode(EventType.JOB_FINISHED, record.value()))
        .isEqualTo(finished(job, "committed"));
  }

  @Test
  void anEventOfATransactionThatRolledBackIsNeverSent() {
    UUID lost = UUID.randomUUID();
    Uni<Void> work =
        outbox.transaction(
            tx ->
                outbox
                    .append(tx, entry(lost, "rolled-back"))
                    .chain(() -> Uni.createFrom().failure(new IllegalStateException("roll back"))));
    assertThat(work.onFailure().recoverWithNull().await().atMost(LIMIT)).isNull();
    UUID later = commit("after");
    awaitEffects(later, 1);
    assertThat(effects(lost)).isZero();
  }

  @Test
  void eventsWaitWhileTheBrokerIsDownAndAllFollow() throws Exception {
    List<UUID> jobs;
    servers.killKafka();
    try {
      jobs = IntStream.range(0, 500).mapToObj(i -> commit("broker-down")).toList();
      assertThat(count("SELECT count(*) FROM outbox")).isGreaterThan(0);
    } finally {
      servers.startKafka();
    }
    jobs.forEach(job -> awaitEffects(job, 1));
    Eventually.isTrue(LIMIT, "outbox is empty", () -> count("SELECT count(*) FROM outbox") == 0);
  }

  @Test
  void effectsHappenOnceThoughPostgresDiesInBetween() throws Exception {
    List<UUID> jobs =
        new ArrayList<>(IntStream.range(0, 300).mapToObj(i -> commit("pg-dies")).toList());
    servers.killPostgres();
    servers.startPostgres();
    jobs.forEach(job -> awaitEffects(job, 1));
    jobs.forEach(job -> assertThat(effects(job)).isEqualTo(1));
  }

  @Test
  void aRedeliveredEventHasOneEffect() {
    UUID job = UUID.randomUUID();
    byte[] body = EventCodec.encode(EventType.JOB_FINISHED, finished(job, "twice"));
    for (int i = 0; i < 20; i++) {
      produce(job, "same-id-" + job, EventType.JOB_FINISHED.ceType(), body);
    }
    UUID fence = commit("fence");
    awaitEffects(fence, 1);
    awaitEffects(job, 1);
    assertThat(effects(job)).isEqualTo(1);
  }

  @Test
  void poisonGoesToTheDeadLettersAndTheRestGoesOn() {
    UUID undecodable = UUID.randomUUID();
    UUID unknown = UUID.randomUUID();
    UUID refused = UUID.randomUUID();
    UUID surprise = UUID.randomUUID();
    UUID good = UUID.randomUUID();
    String type = EventType.JOB_FINISHED.ceType();
    produce(undecodable, "id-" + undecodable, type, "{not json".getBytes(StandardCharsets.UTF_8));
    produce(unknown, "id-" + unknown, "io.impresario.job.finished.v9", new byte[] {'{', '}'});
    produce(refused, "id-" + refused, type, body(refused, "refused"));
    produce(surprise, "id-" + surprise, type, body(surprise, "surprise"));
    produce(good, "id-" + good, type, body(good, "good"));
    awaitEffects(good, 1);
    for (UUID key : List.of(undecodable, unknown, refused, surprise)) {
      ConsumerRecord<String, byte[]> letter = recordOf(servers, "job-finished.dead-letter", key);
      assertThat(header(letter, CloudEventHeaders.DEAD_LETTER_REASON)).isNotBlank();
      assertThat(header(letter, CloudEventHeaders.DEAD_LETTER_CONSUMER)).isEqualTo("test.effects");
      assertThat(header(letter, CloudEventHeaders.DEAD_LETTER_TOPIC)).isEqualTo("job-finished");
      assertThat(effects(key)).isZero();
    }
  }

  @Test
  void whatIsNotWantedIsNeitherReadNorRemembered() {
    UUID key = UUID.randomUUID();
    String type = EventType.JOB_FINISHED.ceType();
    byte[] nonsense = "{not json".getBytes(StandardCharsets.UTF_8);
    produce(key, "unwanted-" + key, type, nonsense, "unwanted");
    produce(key, "poison-" + key, type, nonsense);
    UUID good = UUID.randomUUID();
    produce(good, "id-" + good, type, body(good, "good"));
    awaitEffects(good, 1);
    ConsumerRecord<String, byte[]> first = recordOf(servers, "job-finished.dead-letter", key);
    assertThat(header(first, CloudEventHeaders.ID)).isEqualTo("poison-" + key);
    assertThat(count("SELECT count(*) FROM inbox WHERE event_id = 'unwanted-" + key + "'"))
        .isZero();
  }

  private UUID commit(String workflow) {
    UUID job = UUID.randomUUID();
    outbox.transaction(tx -> outbox.append(tx, entry(job, workflow))).await().atMost(LIMIT);
    return job;
  }

  static Outbox.Entry<JobFinished> entry(UUID job, String workflow) {
    return new Outbox.Entry<>(
        EventType.JOB_FINISHED,
        finished(job, workflow),
        UUID.randomUUID(),
        job.toString(),
        TENANT,
        "00-trace");
  }

  static byte[] body(UUID job, String workflow) {
    return EventCodec.encode(EventType.JOB_FINISHED, finished(job, workflow));
  }

  private static JobFinished finished(UUID job, String workflow) {
    Instant at = Instant.parse("2026-01-02T03:04:05.678Z");
    return new JobFinished(
        job,
        TENANT,
        workflow,
        job,
        1,
        JobOutcome.CANCELLED,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        at,
        null,
        at,
        false,
        null);
  }

  private void awaitEffects(UUID job, long wanted) {
    Eventually.isTrue(LIMIT, "effects of " + job, () -> effects(job) == wanted);
  }

  private long effects(UUID job) {
    return pool.preparedQuery("SELECT count(*) FROM effect WHERE job_id = $1")
        .execute(Tuple.of(job))
        .map(rows -> rows.iterator().next().getLong(0))
        .onFailure()
        .retry()
        .withBackOff(Duration.ofMillis(100))
        .atMost(50)
        .await()
        .atMost(LIMIT);
  }

  private long count(String sql) {
    return pool.query(sql)
        .execute()
        .map(rows -> rows.iterator().next().getLong(0))
        .await()
        .atMost(LIMIT);
  }

  private void produce(UUID key, String id, String type, byte[] body, String... marks) {
    Map<String, Object> settings = Map.of("bootstrap.servers", servers.kafkaBootstrap());
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      var record = new ProducerRecord<>("job-finished", key.toString(), body);
      record.headers().add(CloudEventHeaders.ID, id.getBytes(StandardCharsets.UTF_8));
      record.headers().add(CloudEventHeaders.TYPE, type.getBytes(StandardCharsets.UTF_8));
      for (String mark : marks) {
        record.headers().add(mark, new byte[0]);
      }
      producer.send(record);
    }
  }

  /** The first record of the key. */
  static ConsumerRecord<String, byte[]> recordOf(TestServers servers, String topic, UUID key) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", servers.kafkaBootstrap(),
            "group.id", UUID.randomUUID().toString(),
            "auto.offset.reset", "earliest");
    Instant deadline = Instant.now().plus(LIMIT);
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (Instant.now().isBefore(deadline)) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (key.toString().equals(record.key())) {
            return record;
          }
        }
      }
    }
    throw new AssertionError("no record with key " + key + " on " + topic);
  }

  static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
