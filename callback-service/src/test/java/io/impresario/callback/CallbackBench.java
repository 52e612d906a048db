package io.impresario.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.message.CallbackBody;
import io.impresario.callback.signing.Signing;
import io.impresario.callback.signing.SigningKeys;
import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.JsonText;
import io.impresario.sealing.Secret;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.TestServers;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/**
 * Measures the packaged service; not part of the build. Package it first, then {@code mvn -pl
 * callback-service surefire:test -Dtest=CallbackBench}.
 */
class CallbackBench {

  private static final int LATENCY_EVENTS = 200;
  private static final int HANGING_TARGETS = 1_000;
  private static final JsonText SMALL = new JsonText("{\"n\":1}");
  private static final JsonText LARGE = new JsonText("\"" + "x".repeat(300_000) + "\"");
  private static final int SUSTAINED_EVENTS = 10_000;
  private static final int KILL_EVENTS = 3_000;
  private static final int BARE_POSTS = 40_000;
  private static final int BARE_IN_FLIGHT = 32;

  private final TestServers servers = TestServers.get();
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Long> arrivedNanos = new ConcurrentHashMap<>();
  private final Map<String, Integer> bodyHashes = new ConcurrentHashMap<>();
  private final AtomicInteger arrivals = new AtomicInteger();
  private final AtomicInteger repeats = new AtomicInteger();
  private final AtomicInteger changed = new AtomicInteger();
  private final AtomicLong lastArrival = new AtomicLong();

  @Test
  void measures() throws Exception {
    int receiver =
        await(vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1"))
            .actualPort();
    Path log = Files.createTempFile("callback-bench", ".log");
    int port = io.impresario.embedded.FreePorts.one();
    Process service = start(port, log);
    try {
      RestAssured.port = port;
      RestAssured.baseURI = "http://127.0.0.1";
      ready(log);
      WebhookApi api = new WebhookApi();
      api.endpoint("http://127.0.0.1:" + receiver + "/hook");
      bare(receiver, api);
      sustained(api, 2_000);
      latency(api);
      sustained(api, SUSTAINED_EVENTS);
      bare(receiver, api);
      service = killInTheMiddle(api, service, port, log);
    } finally {
      service.destroy();
      service.waitFor(20, TimeUnit.SECONDS);
      vertx.close();
    }
  }

  /**
   * A tenant's first attempts alone, and beside another tenant with a thousand targets that take a
   * connection and never answer; every second body is large.
   */
  @Test
  void measuresBesideHangingTargets() throws Exception {
    int receiver =
        await(vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1"))
            .actualPort();
    int hanging =
        await(vertx.createHttpServer().requestHandler(request -> {}).listen(0, "0.0.0.0"))
            .actualPort();
    Path log = Files.createTempFile("callback-bench", ".log");
    int port = io.impresario.embedded.FreePorts.one();
    Process service = start(port, log);
    try (KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      RestAssured.port = port;
      RestAssured.baseURI = "http://127.0.0.1";
      ready(log);
      WebhookApi api = new WebhookApi();
      api.endpoint("http://127.0.0.1:" + receiver + "/hook");
      sustained(api, 2_000);
      System.out.println("BENCH alone");
      latency(api, SMALL);
      latency(api, LARGE);
      WebhookApi neighbour = new WebhookApi();
      for (int i = 0; i < HANGING_TARGETS; i++) {
        String url = "http://127.1." + i / 250 + "." + (1 + i % 250) + ":" + hanging + "/";
        JsonText result = i % 2 == 0 ? SMALL : LARGE;
        WebhookApi.emit(
            kafka, neighbour.job(UUID.randomUUID(), JobOutcome.COMPLETED, result, false, url));
      }
      System.out.println("BENCH beside " + HANGING_TARGETS + " hanging targets");
      latency(api, SMALL);
      latency(api, LARGE);
    } finally {
      service.destroy();
      service.waitFor(20, TimeUnit.SECONDS);
      vertx.close();
    }
  }

  private void latency(WebhookApi api) throws InterruptedException {
    latency(api, SMALL);
  }

  private void latency(WebhookApi api, JsonText result) throws InterruptedException {
    long[] took = new long[LATENCY_EVENTS];
    try (KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      for (int i = 0; i < LATENCY_EVENTS; i++) {
        UUID job = UUID.randomUUID();
        long start = System.nanoTime();
        WebhookApi.emit(kafka, api.job(job, JobOutcome.COMPLETED, result, false, null));
        Eventually.isTrue("arrived", () -> arrivedNanos.containsKey(job.toString()));
        took[i] = arrivedNanos.getOrDefault(job.toString(), 0L) - start;
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    Arrays.sort(took);
    System.out.printf(
        "BENCH latency event sent -> first attempt received, result of %d characters: p50 %.1f ms, p95 %.1f, p99 %.1f, max %.1f%n",
        result.text().length(),
        took[LATENCY_EVENTS / 2] / 1e6,
        took[LATENCY_EVENTS * 95 / 100] / 1e6,
        took[LATENCY_EVENTS * 99 / 100] / 1e6,
        took[LATENCY_EVENTS - 1] / 1e6);
  }

  private void sustained(WebhookApi api, int events) {
    int before = arrivals.get();
    emitAll(api, events);
    long start = System.nanoTime();
    Eventually.isTrue(
        Duration.ofSeconds(120), "all arrived", () -> arrivals.get() - before >= events);
    System.out.printf(
        "BENCH sustained: %d deliveries, %.0f/s from the last event written to the last arrival%n",
        events, events / ((lastArrival.get() - start) / 1e9));
  }

  private Process killInTheMiddle(WebhookApi api, Process service, int port, Path log)
      throws Exception {
    int before = arrivals.get();
    int known = bodyHashes.size();
    emitAll(api, KILL_EVENTS);
    Eventually.isTrue("under way", () -> arrivals.get() - before >= KILL_EVENTS / 4);
    service.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    int atKill = arrivals.get() - before;
    long start = System.nanoTime();
    Process next = start(port, log);
    Eventually.isTrue(
        Duration.ofSeconds(120),
        "all arrived after the kill",
        () -> bodyHashes.size() - known >= KILL_EVENTS);
    System.out.printf(
        "BENCH kill -9 after %d of %d: all arrived %.1f s later, %d repeated, %d with other bytes%n",
        atKill, KILL_EVENTS, (System.nanoTime() - start) / 1e9, repeats.get(), changed.get());
    assertThat(changed).hasValue(0);
    return next;
  }

  /** The peer: the same signed posts by the same client with nothing behind them. */
  private void bare(int receiver, WebhookApi api) throws Exception {
    HttpClient client =
        vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(BARE_IN_FLIGHT));
    JobFinished job = api.completed(UUID.randomUUID());
    byte[] body = CallbackBody.of(job);
    AtomicInteger left = new AtomicInteger(BARE_POSTS);
    AtomicInteger done = new AtomicInteger();
    long start = System.nanoTime();
    vertx.runOnContext(
        go -> {
          for (int i = 0; i < BARE_IN_FLIGHT; i++) {
            post(client, receiver, body, left, done);
          }
        });
    Eventually.isTrue(Duration.ofSeconds(60), "bare loop", () -> done.get() >= BARE_POSTS);
    System.out.printf(
        "BENCH bare client loop: %.0f/s%n", BARE_POSTS / ((System.nanoTime() - start) / 1e9));
    client.close();
  }

  private void post(
      HttpClient client, int receiver, byte[] body, AtomicInteger left, AtomicInteger done) {
    if (left.decrementAndGet() < 0) {
      return;
    }
    client
        .request(HttpMethod.POST, receiver, "127.0.0.1", "/bare")
        .compose(
            request -> {
              Signing.headers(
                      SigningKeys.of(new Secret(WebhookApi.SECRET)),
                      "bare",
                      Clock.systemUTC().instant(),
                      body)
                  .forEach(request::putHeader);
              return request.send(Buffer.buffer(body));
            })
        .compose(response -> response.body())
        .onComplete(
            ended -> {
              done.incrementAndGet();
              post(client, receiver, body, left, done);
            });
  }

  private void take(HttpServerRequest request) {
    request.body(
        read -> {
          request.response().end();
          if (!request.path().equals("/hook") || read.failed()) {
            return;
          }
          Buffer body = read.result();
          long now = System.nanoTime();
          String job = body.getString(35, 71, StandardCharsets.US_ASCII.name());
          arrivedNanos.putIfAbsent(job, now);
          lastArrival.set(now);
          Integer known = bodyHashes.putIfAbsent(request.getHeader("webhook-id"), body.hashCode());
          if (known != null) {
            repeats.incrementAndGet();
            if (known != body.hashCode()) {
              changed.incrementAndGet();
            }
          }
          arrivals.incrementAndGet();
        });
  }

  private void emitAll(WebhookApi api, int events) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers.kafkaBootstrap(), "linger.ms", 5),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < events; i++) {
        JobFinished job = api.completed(UUID.randomUUID());
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(
                "job-finished",
                job.jobId().toString(),
                EventCodec.encode(EventType.JOB_FINISHED, job));
        CloudEventHeaders.of(
                EventType.JOB_FINISHED,
                UUID.randomUUID().toString(),
                "bench",
                job.completedAt(),
                job.jobId().toString(),
                job.tenantId(),
                null)
            .forEach(
                (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        producer.send(record);
      }
      producer.flush();
    }
  }

  private Process start(int port, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-jar",
                "target/quarkus-app/quarkus-run.jar"));
    Map<String, String> environment = builder.environment();
    servers
        .datasource("callback")
        .forEach(
            (key, value) ->
                environment.put(key.toUpperCase(java.util.Locale.ROOT).replace('.', '_'), value));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", servers.kafkaBootstrap());
    environment.put("IMPRESARIO_IDENTITY_SECRET", TestServers.IDENTITY_SECRET);
    environment.put("IMPRESARIO_SECRETS_KEYS", TestServers.SECRET_KEYS);
    environment.put("IMPRESARIO_CALLBACK_TARGETS_ALLOWED_NETWORKS", "127.0.0.0/8");
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_PORT", "0");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static void ready(Path log) {
    Eventually.passes(
        Duration.ofSeconds(60), () -> assertThat(Files.readString(log)).contains("Listening on"));
  }

  private static <T> T await(io.vertx.core.Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
