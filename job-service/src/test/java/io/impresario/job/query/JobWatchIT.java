package io.impresario.job.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestIdentity;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Waiting for a job over HTTP: what arrives, in which order, and what is left when nobody waits.
 */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class JobWatchIT {
  private static final int PLACES = 20;

  private final JobApi api = new JobApi();
  private final HttpClient http = HttpClient.newHttpClient();

  @Inject WaitingClients clients;
  @Inject io.impresario.job.ledger.JobChanges changes;

  @Test
  void tellsTheWholeLifeOfAJob() throws Exception {
    UUID job = api.createWorkflow("nap");
    try (Watch watch = watch(job, null)) {
      assertThat(watch.headers("content-type")).contains("text/event-stream");
      List<Event> events = watch.toTheEnd();
      assertThat(events)
          .extracting(Event::type)
          .containsExactly("message", "message", "message", "message", "message", "done");
      assertThat(events).extracting(Event::id).containsExactly("1", "2", "3", "4", "5", null);
      assertThat(events.subList(0, 5))
          .extracting(event -> event.json().getString("json.event"))
          .containsExactly("queued", "claimed", "browser_ready", "handler_started", "ended");
      assertThat(events.get(4).json().getString("json.status")).isEqualTo("completed");
    }
  }

  @Test
  void goesOnAfterTheLastEventThatWasSeen() throws Exception {
    UUID job = api.createWorkflow("echo");
    api.ended(job);
    try (Watch watch = watch(job, "2")) {
      assertThat(watch.toTheEnd()).extracting(Event::id).containsExactly("3", "4", "5", null);
    }
    try (Watch watch = watch(job, "5")) {
      assertThat(watch.toTheEnd()).extracting(Event::type).containsExactly("done");
    }
    try (Watch watch = watch(job, "no number of ours")) {
      assertThat(watch.toTheEnd()).hasSize(6);
    }
  }

  @Test
  void hearsOfWhatAnotherReplicaDoesAndCommentsMeanwhile() throws Exception {
    JobTable.limit(api.tenant(), 0, null);
    UUID job = api.createWorkflow("echo");
    try (Watch watch = watch(job, null)) {
      assertThat(watch.next().json().getString("json.event")).isEqualTo("queued");
      assertThat(watch.comments).as("one at the start").isEqualTo(1);
      JobTable.update(
          """
          WITH cancelled AS (
            UPDATE jobs SET status = 'cancelled', completed_at = now(), timeline_seq = 2
             WHERE id = ? RETURNING id)
          INSERT INTO job_timeline (job_id, seq, event, attempt, from_status, to_status)
          SELECT id, 2, 'ended', 0, 'queued', 'cancelled' FROM cancelled
          """,
          job);
      assertThat(watch.next().json().getString("json.status")).isEqualTo("cancelled");
      assertThat(watch.next().type()).isEqualTo("done");
    }
    UUID quiet = api.createWorkflow("echo");
    try (Watch watch = watch(quiet, "1")) {
      watch.untilComments(2);
    }
  }

  @Test
  void refusesWithAnEnvelope() {
    Response unknown = api.call("watch", "{\"id\":\"" + UUID.randomUUID() + "\"}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.contentType()).startsWith("application/json");
    assertThat(unknown.jsonPath().getString("json.code")).isEqualTo("NOT_FOUND");
    Response invalid = api.call("watch", "{\"id\":7}");
    assertThat(invalid.statusCode()).isEqualTo(400);
    assertThat(invalid.jsonPath().getString("json.data.issues[0].path[0]")).isEqualTo("id");
    Response nobody = RestAssured.given().body("{}").post("/v1/jobs/watch");
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(clients.total()).isZero();
  }

  @Test
  void boundsThoseWhoWaitAndForgetsThoseWhoLeave() throws Exception {
    UUID job = api.createWorkflow("hang");
    api.reaches(job, "running");
    List<Watch> watches = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      watches.add(watch(job, null));
    }
    for (String procedure : List.of("watch", "wait")) {
      Response refused = api.call(procedure, "{\"id\":\"" + job + "\"}");
      assertThat(refused.statusCode()).as(procedure).isEqualTo(429);
      assertThat(refused.jsonPath().getString("json.data.limit")).isEqualTo("tenant_waiting");
      assertThat(refused.header("retry-after")).isNotNull();
    }
    assertThat(clients.total()).isEqualTo(PLACES);
    assertThat(changes.listenedTo()).contains(job);
    for (Watch watch : watches) {
      watch.close();
    }
    Eventually.isTrue("all places are free", () -> clients.total() == 0);
    Eventually.isTrue("nobody listens", () -> !changes.listenedTo().contains(job));
    try (Watch again = watch(job, null)) {
      api.call("cancel", "{\"id\":\"" + job + "\"}");
      List<Event> events = again.toTheEnd();
      assertThat(events.get(events.size() - 2).json().getString("json.status"))
          .isEqualTo("cancelled");
    }
    Eventually.isTrue("the end frees the place", () -> clients.total() == 0);
  }

  @Test
  void aWaitHearsOfWhatAnotherReplicaDoes() {
    JobTable.limit(api.tenant(), 0, null);
    UUID job = api.createWorkflow("echo");
    Thread other =
        new Thread(
            () -> {
              Eventually.isTrue("it waits", () -> clients.total() == 1);
              JobTable.update(
                  "UPDATE jobs SET status = 'cancelled', completed_at = now(), timeline_seq = 2"
                      + " WHERE id = ?",
                  job);
            });
    other.start();
    JsonPath waited =
        api.call("wait", "{\"id\":\"" + job + "\",\"timeout_seconds\":60}").jsonPath();
    assertThat(waited.getString("json.status")).isEqualTo("cancelled");
    assertThat(clients.total()).isZero();
  }

  private Watch watch(UUID job, @Nullable String lastEventId) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + RestAssured.port + "/v1/jobs/watch"))
            .header(TestIdentity.HEADER, TestIdentity.of(api.tenant()))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"json\":{\"id\":\"" + job + "\"}}"));
    if (lastEventId != null) {
      request.header("last-event-id", lastEventId);
    }
    HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return new Watch(response);
  }

  /** One server-sent event. */
  private record Event(String type, @Nullable String id, String data) {
    JsonPath json() {
      return new JsonPath(data);
    }
  }

  /** Reads events by hand, as the wire has them. */
  private static final class Watch implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final InputStream lines;
    int comments;

    Watch(HttpResponse<InputStream> response) {
      this.response = response;
      this.lines = response.body();
    }

    List<String> headers(String name) {
      return response.headers().allValues(name);
    }

    List<Event> toTheEnd() throws IOException {
      List<Event> events = new ArrayList<>();
      for (Event event = read(); event != null; event = read()) {
        events.add(event);
      }
      return events;
    }

    void untilComments(int count) throws IOException {
      while (comments < count) {
        assertThat(line()).as("no event").startsWith(":");
        assertThat(line()).isEmpty();
      }
    }

    Event next() throws IOException {
      return Objects.requireNonNull(read(), "the stream has ended");
    }

    private @Nullable Event read() throws IOException {
      String type = "";
      String id = null;
      String data = "";
      for (String line = line(); line != null; line = line()) {
        if (line.startsWith("event: ")) {
          type = line.substring(7);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        } else if (line.isEmpty() && !type.isEmpty()) {
          return new Event(type, id, data);
        }
      }
      return null;
    }

    private @Nullable String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int one = lines.read(); one != '\n'; one = lines.read()) {
        if (one < 0) {
          return null;
        }
        line.append((char) one);
      }
      if (line.indexOf(":") == 0) {
        comments++;
      }
      return new String(
          line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
