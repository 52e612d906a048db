package io.impresario.callback;

import static io.restassured.RestAssured.given;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.JsonText;
import io.impresario.events.spec.CallbackTarget;
import io.impresario.sealing.KeyRing;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.TestIdentity;
import io.impresario.testing.TestServers;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One tenant's view of the service, and the events of its jobs. */
public final class WebhookApi {

  public static final String SECRET = "a secret of this tenant";

  private final UUID tenant = UUID.randomUUID();

  public UUID tenant() {
    return tenant;
  }

  public Response call(String procedure, Map<String, ?> input) {
    return given()
        .header(TestIdentity.HEADER, TestIdentity.of(tenant))
        .contentType("application/json")
        .body(Map.of("json", input))
        .post(procedure.startsWith("/") ? procedure : "/v1/webhooks/" + procedure);
  }

  public JsonPath ok(String procedure, Map<String, ?> input) {
    return call(procedure, input).then().statusCode(200).extract().jsonPath().setRootPath("json");
  }

  public String endpoint(String url) {
    return ok("create", Map.of("url", url, "signing_secret", SECRET))
        .getString("webhook_endpoint_id");
  }

  public List<Map<String, Object>> deliveries(UUID jobId) {
    return ok("deliveries", Map.of("job_id", jobId.toString())).getList("deliveries");
  }

  /** Waits until the only delivery of the job is in the state, and answers it. */
  public Map<String, Object> delivery(UUID jobId, String state) {
    Eventually.passes(
        () -> {
          List<Map<String, Object>> found = deliveries(jobId);
          if (found.size() != 1 || !state.equals(found.get(0).get("state"))) {
            throw new AssertionError("not one delivery " + state + ": " + found);
          }
        });
    return deliveries(jobId).get(0);
  }

  public List<Map<String, Object>> attempts(Map<String, Object> delivery) {
    return ok("attempts", Map.of("delivery_id", delivery.get("delivery_id"))).getList("attempts");
  }

  public JobFinished completed(UUID jobId) {
    return job(jobId, JobOutcome.COMPLETED, new JsonText("{\"n\":1}"), false, null);
  }

  public JobFinished job(
      UUID jobId,
      JobOutcome outcome,
      @Nullable JsonText result,
      boolean skipCallbacks,
      @Nullable String callbackUrl) {
    Instant now = now();
    return new JobFinished(
        jobId,
        tenant,
        "collect-prices",
        UUID.randomUUID(),
        1,
        outcome,
        null,
        outcome == JobOutcome.FAILED ? "it broke" : null,
        null,
        result,
        "nonce-1",
        null,
        null,
        now,
        now,
        now,
        skipCallbacks,
        callbackUrl == null
            ? null
            : new CallbackTarget(
                callbackUrl, KeyRing.parse(TestServers.SECRET_KEYS).seal(SECRET, "job:" + jobId)));
  }

  /** The service's time; outside of one, that of this machine. */
  private static Instant now() {
    ArcContainer beans = Arc.container();
    return (beans == null ? Clock.systemUTC() : beans.instance(Clock.class).get()).instant();
  }

  /** Puts the event on the topic; the event's id is the same each time for one job. */
  public static void emit(KafkaTestClient kafka, JobFinished job) {
    emit(kafka, job, job.jobId());
  }

  public static void emit(KafkaTestClient kafka, JobFinished job, UUID eventId) {
    kafka.send(
        EventType.JOB_FINISHED.topic(),
        job.jobId().toString(),
        EventCodec.encode(EventType.JOB_FINISHED, job),
        CloudEventHeaders.of(
            EventType.JOB_FINISHED,
            eventId.toString(),
            "job-service",
            job.completedAt(),
            job.jobId().toString(),
            job.tenantId(),
            null));
  }
}
