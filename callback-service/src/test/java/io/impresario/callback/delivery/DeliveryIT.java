package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.impresario.callback.SteeredBeans;
import io.impresario.callback.WebhookApi;
import io.impresario.callback.signing.Signing;
import io.impresario.callback.signing.SigningKeys;
import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.JsonText;
import io.impresario.sealing.Secret;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ProxiedKafka;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.impresario.testing.WebhookReceiver;
import io.impresario.testing.WebhookReceiver.Answer;
import io.impresario.testing.WebhookReceiver.Received;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "clock", value = "steered"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
@QuarkusTestResource(ProxiedKafka.class)
class DeliveryIT {

  private static final Duration SOON = Duration.ofSeconds(15);

  @InjectServers TestServers servers;

  @InjectServers(ProxiedKafka.BROKER)
  FaultyTcpProxy broker;

  @Inject MutableClock clock;
  @Inject SteeredBeans.Names names;

  private final WebhookApi api = new WebhookApi();
  private final UUID job = UUID.randomUUID();
  private WebhookReceiver receiver;
  private KafkaTestClient kafka;

  @BeforeEach
  void open() throws Exception {
    receiver = WebhookReceiver.start();
    kafka = new KafkaTestClient(servers.kafkaBootstrap());
  }

  @AfterEach
  void close() {
    kafka.close();
    receiver.close();
  }

  @Test
  void sendsTheDocumentedRequest() {
    String endpoint = api.endpoint(receiver.url("/hook?a=b"));
    WebhookApi.emit(kafka, api.completed(job));

    Received request = receiver.await("/hook?a=b", 1, SOON).get(0);
    Map<String, Object> delivery = api.delivery(job, "delivered");

    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.text())
        .startsWith("{\"event\":\"job.completed\",\"job_id\":\"" + job + "\",\"nonce\":\"nonce-1\"")
        .endsWith(
            "\"status\":\"completed\",\"result\":{\"n\":1},\"error\":null,\"mapped_stack\":null}");
    assertThat(request.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("x-event-type", "job.completed")
        .containsEntry("host", "127.0.0.1:" + receiver.port())
        .containsAllEntriesOf(expectedSignatures(request, WebhookApi.SECRET, clock.instant()));
    assertThat(delivery)
        .containsEntry("delivery_id", request.header("webhook-id").orElseThrow())
        .containsEntry("webhook_endpoint_id", endpoint)
        .containsEntry("url", receiver.url("/hook?a=b"))
        .containsEntry("event", "job.completed")
        .containsEntry("attempts", 1)
        .containsEntry("last_error", null)
        .containsEntry("next_attempt_at", null);
    assertThat(api.attempts(delivery))
        .singleElement()
        .satisfies(attempt -> assertThat(attempt).containsEntry("status", 200));
  }

  @Test
  void sendsOnlyToAJobsOwnCallback() {
    api.endpoint(receiver.url("/stored"));
    WebhookApi.emit(kafka, api.job(job, JobOutcome.FAILED, null, false, receiver.url("/own")));

    Received request = receiver.await("/own", 1, SOON).get(0);
    Map<String, Object> delivery = api.delivery(job, "delivered");

    assertThat(request.headers())
        .containsEntry("x-event-type", "job.failed")
        .containsAllEntriesOf(expectedSignatures(request, WebhookApi.SECRET, clock.instant()));
    assertThat(delivery).containsEntry("webhook_endpoint_id", null);
    assertThat(receiver.received("/stored")).isEmpty();
    assertThat(
            api.ok("/internal/deliveries/by-job", Map.of("job_id", job))
                .<Map<String, Object>>getList("deliveries"))
        .singleElement()
        .satisfies(
            shown ->
                assertThat(shown)
                    .containsEntry("url", receiver.url("/own"))
                    .containsEntry("state", "delivered")
                    .containsEntry("attempts", 1)
                    .containsOnlyKeys("url", "state", "attempts", "last_error", "next_attempt_at"));
  }

  @Test
  void tellsNobodyOfCancelledAndQuietJobs() {
    api.endpoint(receiver.url("/hook"));
    UUID quiet = UUID.randomUUID();
    WebhookApi.emit(kafka, api.job(job, JobOutcome.CANCELLED, null, false, receiver.url("/own")));
    WebhookApi.emit(kafka, api.job(quiet, JobOutcome.COMPLETED, null, true, receiver.url("/own")));
    UUID last = UUID.randomUUID();
    // The same key brings it to the same partition, behind the others.
    eventsAreTaken(job, quiet);
    WebhookApi.emit(kafka, api.completed(last));
    receiver.await("/hook", 1, SOON);

    assertThat(api.deliveries(job)).isEmpty();
    assertThat(api.deliveries(quiet)).isEmpty();
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void makesOneDeliveryOfAnEventThatArrivesTwice() {
    api.endpoint(receiver.url("/hook"));
    WebhookApi.emit(kafka, api.completed(job));
    WebhookApi.emit(kafka, api.completed(job));
    UUID other = UUID.randomUUID();
    WebhookApi.emit(kafka, api.completed(job), other);
    eventsAreTaken(job, other);

    assertThat(api.delivery(job, "delivered")).containsEntry("attempts", 1);
    assertThat(receiver.received("/hook")).hasSize(1);
  }

  @Test
  void triesAgainByThePlanWithTheSameBytes() {
    receiver.answer(Answer.status(500), Answer.status(302).with("Location", receiver.url("/x")));
    api.endpoint(receiver.url("/hook"));
    WebhookApi.emit(kafka, api.completed(job));

    Instant second = nextAttempt(1);
    assertThat(Duration.between(clock.instant(), second))
        .isBetween(Duration.ofMillis(4000), Duration.ofMillis(6000));
    clock.set(second);
    Instant third = nextAttempt(2);
    assertThat(Duration.between(second, third))
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));
    clock.set(third);

    Map<String, Object> delivery = api.delivery(job, "delivered");
    List<Received> requests = receiver.received("/hook");
    assertThat(requests).hasSize(3);
    assertThat(receiver.received("/x")).isEmpty();
    assertThat(requests).extracting(Received::text).containsOnly(requests.get(0).text());
    assertThat(requests)
        .extracting(request -> request.header("webhook-id").orElseThrow())
        .containsOnly((String) delivery.get("delivery_id"));
    assertThat(requests)
        .extracting(request -> request.header("webhook-timestamp").orElseThrow())
        .doesNotHaveDuplicates();
    assertThat(api.attempts(delivery))
        .extracting(attempt -> attempt.get("status"))
        .containsExactly(500, 302, 200);
  }

  @Test
  void givesUpWhenThePlanEnds() {
    receiver.always(Answer.status(503));
    api.endpoint(receiver.url("/hook"));
    WebhookApi.emit(kafka, api.completed(job));

    for (int attempt = 1; attempt <= 9; attempt++) {
      clock.set(nextAttempt(attempt));
    }
    assertThat(api.delivery(job, "failed"))
        .containsEntry("attempts", 10)
        .containsEntry("last_error", "the target answered 503");
  }

  @Test
  void honoursRetryAfter() {
    receiver.answer(Answer.status(429).with("Retry-After", "3600"));
    api.endpoint(receiver.url("/hook"));
    WebhookApi.emit(kafka, api.completed(job));

    assertThat(nextAttempt(1)).isEqualTo(clock.instant().plusSeconds(3600));
  }

  @Test
  void switchesAnEndpointOffThatIsGone() {
    UUID waiting = UUID.randomUUID();
    receiver.answer(Answer.status(500), Answer.status(410));
    String endpoint = api.endpoint(receiver.url("/hook"));
    WebhookApi.emit(kafka, api.completed(waiting));
    Eventually.isTrue(
        "first failed",
        () -> Integer.valueOf(1).equals(api.delivery(waiting, "pending").get("attempts")));
    WebhookApi.emit(kafka, api.completed(job));

    assertThat(api.delivery(job, "failed")).containsEntry("attempts", 1);
    assertThat(api.delivery(waiting, "failed")).containsEntry("last_error", "the endpoint is gone");
    assertThat(api.ok("list", Map.of()).getBoolean("webhook_endpoints[0].active")).isFalse();
    api.call("redeliver", Map.of("delivery_id", api.deliveries(job).get(0).get("delivery_id")))
        .then()
        .statusCode(409);

    api.ok("update", Map.of("id", endpoint, "active", true));
    api.ok("redeliver", Map.of("delivery_id", api.deliveries(job).get(0).get("delivery_id")));
    assertThat(api.delivery(job, "delivered")).containsEntry("attempts", 2);
  }

  /** However late the event arrives: during an outage of Kafka an endpoint may come and go. */
  @Test
  void tellsTheEndpointsOfTheMomentWhenTheJobEnded() {
    String kept = api.endpoint(receiver.url("/kept"));
    String deleted = api.endpoint(receiver.url("/deleted"));
    String off = api.endpoint(receiver.url("/off"));
    String late = api.endpoint(receiver.url("/late"));
    api.ok("update", Map.of("id", late, "active", false));
    clock.advance(Duration.ofSeconds(1));
    JobFinished ended = api.completed(job);
    clock.advance(Duration.ofSeconds(1));
    api.ok("delete", Map.of("id", deleted));
    api.ok("update", Map.of("id", off, "active", false));
    api.ok("update", Map.of("id", late, "active", true));
    api.endpoint(receiver.url("/later"));
    WebhookApi.emit(kafka, ended);

    receiver.await("/kept", 1, SOON);
    Eventually.passes(
        () ->
            assertThat(api.deliveries(job))
                .extracting(one -> one.get("webhook_endpoint_id") + " " + one.get("last_error"))
                .containsExactlyInAnyOrder(
                    kept + " null",
                    deleted + " the endpoint was deleted",
                    off + " the endpoint is switched off"));
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void endsWhatWaitsForADeletedEndpoint() {
    receiver.answer(Answer.status(500));
    String endpoint = api.endpoint(receiver.url("/hook"));
    WebhookApi.emit(kafka, api.completed(job));
    nextAttempt(1);
    api.ok("delete", Map.of("id", endpoint));

    assertThat(api.delivery(job, "failed")).containsEntry("last_error", "the endpoint was deleted");
    api.call("redeliver", Map.of("delivery_id", api.deliveries(job).get(0).get("delivery_id")))
        .then()
        .statusCode(409);
  }

  @Test
  void redeliversTheSameBytes() {
    api.endpoint(receiver.url("/hook"));
    WebhookApi.emit(kafka, api.completed(job));
    Map<String, Object> delivery = api.delivery(job, "delivered");
    new WebhookApi()
        .call("redeliver", Map.of("delivery_id", delivery.get("delivery_id")))
        .then()
        .statusCode(404);
    api.ok("redeliver", Map.of("delivery_id", delivery.get("delivery_id")));

    List<Received> requests = receiver.await("/hook", 2, SOON);
    assertThat(requests.get(1).body()).isEqualTo(requests.get(0).body());
    Eventually.isTrue(
        "counted", () -> Integer.valueOf(2).equals(api.delivery(job, "delivered").get("attempts")));
  }

  @Test
  void signsWithBothSecretsWhileARotationLasts() {
    String endpoint = api.endpoint(receiver.url("/hook"));
    api.ok(
        "rotateSecret",
        Map.of("id", endpoint, "signing_secret", "the new one", "grace_seconds", 60));
    api.ok("test", Map.of("id", endpoint));
    Received during = receiver.await("/hook", 1, SOON).get(0);

    assertThat(during.headers())
        .containsEntry("x-event-type", "webhook.test")
        .containsAllEntriesOf(
            Signing.headers(
                new SigningKeys(new Secret("the new one"), List.of(new Secret(WebhookApi.SECRET))),
                during.header("webhook-id").orElseThrow(),
                clock.instant(),
                during.body()));
    clock.advance(Duration.ofSeconds(61));
    api.ok("test", Map.of("id", endpoint));
    Received after = receiver.await("/hook", 2, SOON).get(1);
    assertThat(after.headers())
        .containsAllEntriesOf(expectedSignatures(after, "the new one", clock.instant()))
        .doesNotContainKey("x-webhook-signature-previous");
  }

  /** The second rotation silenced the first secret at once, whatever its rotation had promised. */
  @Test
  void signsWithEachSecretAsLongAsItsRotationPromised() {
    String endpoint = api.endpoint(receiver.url("/hook"));
    rotate(endpoint, "second", 600);
    clock.advance(Duration.ofSeconds(60));
    rotate(endpoint, "third", 60);

    Secret first = new Secret(WebhookApi.SECRET);
    Secret second = new Secret("second");
    Secret third = new Secret("third");
    assertThat(signedBy(endpoint, 1, third, List.of(second, first))).isTrue();
    clock.advance(Duration.ofSeconds(61));
    assertThat(signedBy(endpoint, 2, third, List.of(first))).isTrue();
    clock.advance(Duration.ofSeconds(480));
    assertThat(signedBy(endpoint, 3, third, List.of())).isTrue();
  }

  @Test
  void anEndpointHasAtMostTenEarlierSecretsAndEndsThemWithoutAGrace() {
    String endpoint = api.endpoint(receiver.url("/hook"));
    for (int i = 0; i < 10; i++) {
      rotate(endpoint, "secret-" + i, 60);
    }
    api.call(
            "rotateSecret",
            Map.of("id", endpoint, "signing_secret", "one too many", "grace_seconds", 60))
        .then()
        .statusCode(409)
        .body("json.data.reason", equalTo("too_many_secrets"));
    rotate(endpoint, "the only one", 0);
    assertThat(signedBy(endpoint, 1, new Secret("the only one"), List.of())).isTrue();
  }

  private void rotate(String endpoint, String secret, int grace) {
    api.ok(
        "rotateSecret", Map.of("id", endpoint, "signing_secret", secret, "grace_seconds", grace));
  }

  /** Whether the next request has the signatures of these secrets and of no other. */
  private boolean signedBy(String endpoint, int request, Secret current, List<Secret> previous) {
    api.ok("test", Map.of("id", endpoint));
    Received received = receiver.await("/hook", request, SOON).get(request - 1);
    Map<String, String> expected =
        Signing.headers(
            new SigningKeys(current, previous),
            received.header("webhook-id").orElseThrow(),
            clock.instant(),
            received.body());
    return received.headers().entrySet().containsAll(expected.entrySet())
        && received.headers().containsKey(Signing.PREVIOUS_SIGNATURE) != previous.isEmpty();
  }

  @Test
  void triesATestOnceAndAlsoWhenSwitchedOff() {
    receiver.answer(Answer.status(500));
    String endpoint = api.endpoint(receiver.url("/hook"));
    api.ok("update", Map.of("id", endpoint, "active", false));
    String delivery = api.ok("test", Map.of("id", endpoint)).getString("delivery_id");

    Eventually.isTrue(
        "failed for good",
        () ->
            api.ok("deliveries", Map.of("state", "failed"))
                .getList("deliveries.delivery_id")
                .contains(delivery));
    assertThat(receiver.received("/hook")).hasSize(1);
  }

  @Test
  void neverConnectsToWhatANameMustNotLeadTo() throws Exception {
    names.put("inside.example", InetAddress.getByName("10.1.2.3"));
    names.put(
        "mixed.example",
        InetAddress.getByName("127.0.0.1"),
        InetAddress.getByName("169.254.169.254"));
    names.put("sound.example", InetAddress.getByName("127.0.0.1"));
    String path = ":" + receiver.port() + "/hook";
    UUID mixed = UUID.randomUUID();
    UUID sound = UUID.randomUUID();
    WebhookApi.emit(
        kafka, api.job(job, JobOutcome.COMPLETED, null, false, "http://inside.example" + path));
    WebhookApi.emit(
        kafka, api.job(mixed, JobOutcome.COMPLETED, null, false, "http://mixed.example" + path));
    WebhookApi.emit(
        kafka, api.job(sound, JobOutcome.COMPLETED, null, false, "http://sound.example" + path));

    assertThat(api.delivery(sound, "delivered")).containsEntry("attempts", 1);
    Eventually.passes(
        () -> {
          assertThat((String) api.delivery(job, "pending").get("last_error"))
              .contains("private address");
          assertThat((String) api.delivery(mixed, "pending").get("last_error"))
              .contains("link-local address");
        });
    assertThat(receiver.received("/hook"))
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.header("host")).contains("sound.example:" + receiver.port()));
    // The same name leads elsewhere at the next attempt: it is resolved and judged anew.
    names.put("inside.example", InetAddress.getByName("127.0.0.1"));
    clock.set(nextAttempt(1));
    assertThat(api.delivery(job, "delivered")).containsEntry("attempts", 2);
  }

  @Test
  void doesNotLetASlowTargetDelayAnother() throws Exception {
    try (WebhookReceiver slow = WebhookReceiver.start()) {
      slow.always(Answer.status(200).after(Duration.ofSeconds(3)));
      for (int i = 0; i < 60; i++) {
        WebhookApi.emit(
            kafka,
            api.job(UUID.randomUUID(), JobOutcome.COMPLETED, null, false, slow.url("/" + i)));
      }
      Eventually.isTrue("the slow one is busy", () -> slow.received().size() >= 4);
      long start = System.nanoTime();
      WebhookApi.emit(
          kafka, api.job(job, JobOutcome.COMPLETED, null, false, receiver.url("/quick")));
      receiver.await("/quick", 1, SOON);

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(slow.received()).hasSizeLessThanOrEqualTo(40);
    }
  }

  /**
   * Each of them would hold a slot for the whole timeout; they get half of those for the unproven.
   */
  @Test
  void letsTheHangingTargetsOfOneTenantDelayNoOther() throws Exception {
    WebhookApi neighbour = new WebhookApi();
    try (WebhookReceiver hanging = WebhookReceiver.start()) {
      hanging.always(Answer.status(200).after(Duration.ofMinutes(1)));
      for (int i = 0; i < 300; i++) {
        String host = "hangs-" + i + ".example";
        names.put(host, InetAddress.getByName("127.0.0.1"));
        String url = "http://" + host + ":" + hanging.port() + "/";
        WebhookApi.emit(
            kafka, neighbour.job(UUID.randomUUID(), JobOutcome.COMPLETED, null, false, url));
      }
      hanging.await("/", 64, SOON);
      WebhookApi.emit(
          kafka, api.job(job, JobOutcome.COMPLETED, null, false, receiver.url("/healthy")));
      receiver.await("/healthy", 1, SOON);

      assertThat(hanging.received("/")).hasSizeLessThan(128);
    }
  }

  /** With a second between sweeps, a lane that waited for one could not do this. */
  @Test
  void worksOffALongQueueWithoutWaitingForSweeps() {
    api.endpoint(receiver.url("/many"));
    long start = System.nanoTime();
    for (int i = 0; i < 500; i++) {
      WebhookApi.emit(kafka, api.completed(UUID.randomUUID()));
    }
    receiver.await("/many", 500, Eventually.LIMIT);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
  }

  @Test
  void carriesAResultOfTenMegabytes() {
    String result = "\"" + "x".repeat(10 * 1024 * 1024 - 2) + "\"";
    WebhookApi.emit(
        kafka,
        api.job(job, JobOutcome.COMPLETED, new JsonText(result), false, receiver.url("/large")));

    Received request = receiver.await("/large", 1, Eventually.LIMIT).get(0);
    assertThat(request.body().length).isGreaterThan(10 * 1024 * 1024);
    assertThat(request.headers())
        .containsAllEntriesOf(expectedSignatures(request, WebhookApi.SECRET, clock.instant()));
    api.delivery(job, "delivered");
  }

  @Test
  void deliversAfterASilenceOfTheBrokerWhatEndedDuringIt() {
    api.endpoint(receiver.url("/hook"));
    broker.mode(Mode.SILENCE);
    try {
      WebhookApi.emit(kafka, api.completed(job));
      kafka.awaitNoMembers("callback-service");
    } finally {
      broker.mode(Mode.PASS);
    }
    receiver.await("/hook", 1, Eventually.LIMIT);
    api.delivery(job, "delivered");
  }

  @Test
  void buriesWhatItCannotRead() {
    String key = UUID.randomUUID().toString();
    kafka.send(
        "job-finished",
        key,
        "{".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        Map.of("ce_id", key, "ce_type", EventType.JOB_FINISHED.ceType()));

    kafka.await("job-finished.dead-letter", 1, SOON, KafkaTestClient.withKey(key));
    WebhookApi.emit(kafka, api.job(job, JobOutcome.COMPLETED, null, false, receiver.url("/own")));
    receiver.await("/own", 1, SOON);
  }

  @Test
  void showsATenantOnlyItsOwnDeliveriesInPages() {
    api.endpoint(receiver.url("/hook"));
    for (int i = 0; i < 5; i++) {
      WebhookApi.emit(kafka, api.completed(UUID.randomUUID()));
    }
    receiver.await("/hook", 5, SOON);
    var first = api.ok("deliveries", Map.of("limit", 3));
    var second = api.ok("deliveries", Map.of("limit", 3, "cursor", first.getString("next_cursor")));

    assertThat(first.getList("deliveries")).hasSize(3);
    assertThat(second.getList("deliveries")).hasSize(2);
    assertThat(second.getString("next_cursor")).isNull();
    assertThat(second.getList("deliveries.delivery_id"))
        .doesNotContainAnyElementsOf(first.getList("deliveries.delivery_id"));
    WebhookApi other = new WebhookApi();
    assertThat(other.ok("deliveries", Map.of()).getList("deliveries")).isEmpty();
    other
        .call("attempts", Map.of("delivery_id", first.getString("deliveries[0].delivery_id")))
        .then()
        .statusCode(404);
    api.call("deliveries", Map.of("cursor", "damaged")).then().statusCode(400);
    api.call("deliveries", Map.of("state", "lost")).then().statusCode(400);
  }

  /** Waits until so many attempts have failed, and answers when the next one is due. */
  private Instant nextAttempt(int failures) {
    Eventually.isTrue(
        failures + " failures",
        () -> Integer.valueOf(failures).equals(api.delivery(job, "pending").get("attempts")));
    return Instant.parse((String) api.deliveries(job).get(0).get("next_attempt_at"));
  }

  private static Map<String, String> expectedSignatures(
      Received request, String secret, Instant at) {
    return Signing.headers(
        SigningKeys.of(new Secret(secret)),
        request.header("webhook-id").orElseThrow(),
        at,
        request.body());
  }

  private void eventsAreTaken(UUID... eventIds) {
    Eventually.passes(
        () -> {
          try (var connection = servers.connect("callback");
              var query =
                  connection.prepareStatement(
                      "SELECT count(*) FROM inbox WHERE event_id = ANY (?)")) {
            query.setArray(
                1,
                connection.createArrayOf(
                    "text", java.util.Arrays.stream(eventIds).map(UUID::toString).toArray()));
            try (var row = query.executeQuery()) {
              row.next();
              assertThat(row.getInt(1)).isEqualTo(eventIds.length);
            }
          }
        });
  }
}
