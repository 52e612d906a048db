package io.impresario.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.impresario.events.JsonLimits;
import io.impresario.rpc.RpcException;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The job procedures as a client sees them, against a scripted executor. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class JobsOverHttpIT {
  private final JobApi api = new JobApi();

  @Test
  void runsAJobAndAnswersWithItsResult() {
    Response created =
        api.call(
            "create",
            "{\"workflow\":\"echo-1\",\"params\":{\"n\":12345678901234567890.10,\"__libretto\":1}}");
    assertThat(created.statusCode()).isEqualTo(200);
    assertThat(created.jsonPath().getBoolean("json.success")).isTrue();
    assertThat(created.jsonPath().getString("json.status")).isEqualTo("running");
    UUID id = UUID.fromString(created.jsonPath().getString("json.job_id"));
    JsonPath job = api.ended(id);
    assertThat(job.getString("json.status")).isEqualTo("completed");
    assertThat(job.getString("json.failure_code")).isNull();
    assertThat(api.call("get", "{\"id\":\"" + id + "\"}").asString())
        .contains("\"result\":{\"n\":12345678901234567890.10}")
        .contains("\"params\":{\"n\":12345678901234567890.10}");
  }

  @Test
  void refusesParamsThatNoConsumerCouldRead() {
    for (String beyond :
        List.of(
            "9".repeat(JsonLimits.MAX_NUMBER_DIGITS + 1),
            "1e" + "9".repeat(JsonLimits.MAX_EXPONENT_DIGITS + 1),
            "{\"" + "k".repeat(JsonLimits.MAX_NAME_BYTES + 1) + "\":1}",
            "[".repeat(JsonLimits.MAX_DEPTH) + "]".repeat(JsonLimits.MAX_DEPTH))) {
      Response refused = api.call("create", order(beyond, UUID.randomUUID()));
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.jsonPath().getString("json.message"))
          .isEqualTo(RpcException.MALFORMED_MESSAGE);
    }
  }

  @Test
  void takesTheLargestNumberUnderANonceToo() {
    String largest = "9".repeat(JsonLimits.MAX_NUMBER_DIGITS);
    UUID nonce = UUID.randomUUID();
    Response created = api.call("create", order(largest, nonce));
    assertThat(created.statusCode()).isEqualTo(200);
    String id = created.jsonPath().getString("json.job_id");
    assertThat(api.call("create", order(largest, nonce)).jsonPath().getString("json.job_id"))
        .isEqualTo(id);
    assertThat(api.call("create", order("1", nonce)).statusCode()).isEqualTo(409);
    assertThat(api.ended(UUID.fromString(id)).getString("json.status")).isEqualTo("completed");
    assertThat(api.call("get", "{\"id\":\"" + id + "\"}").asString()).contains(largest);
  }

  private static String order(String value, UUID nonce) {
    return "{\"workflow\":\"echo-1\",\"params\":{\"n\":%s},\"nonce\":\"%s\"}"
        .formatted(value, nonce);
  }

  /** What schedule-service asks. */
  @Test
  void saysWhetherItHasAProxyForLocations() {
    assertThat(new Api(api.tenant()).ok("proxies/get").path("locations"))
        .isEqualTo(BooleanNode.FALSE);
  }

  @Test
  void leavesOutTheResultBeforeCompletion() {
    UUID id = api.createWorkflow("hang");
    api.reaches(id, "running");
    assertThat(api.call("get", "{\"id\":\"" + id + "\"}").asString())
        .doesNotContain("\"result\"")
        .contains("\"error\":null")
        .contains("\"callbacks\":[]");
    cancel(id);
  }

  @Test
  void keepsTheTimeline() {
    UUID id = api.createWorkflow("echo");
    api.ended(id);
    JsonPath events = api.call("events", "{\"id\":\"" + id + "\"}").jsonPath();
    assertThat(events.getList("json.events.event"))
        .isEqualTo(List.of("queued", "claimed", "browser_ready", "handler_started", "ended"));
    assertThat(events.getList("json.events.seq")).isEqualTo(List.of(1, 2, 3, 4, 5));
    assertThat(events.getList("json.events.attempt")).isEqualTo(List.of(0, 1, 1, 1, 1));
    assertThat(events.getList("json.events.status"))
        .isEqualTo(
            List.of("queued", "starting_browser", "starting_browser", "running", "completed"));
    assertThat(events.<String>getList("json.events.at")).isSorted();
    JsonPath job = api.get(id);
    assertThat(events.getString("json.events.at[0]")).isEqualTo(job.getString("json.created_at"));
    assertThat(events.getString("json.events.at[3]")).isEqualTo(job.getString("json.started_at"));
    assertThat(events.getString("json.events.at[4]")).isEqualTo(job.getString("json.completed_at"));
  }

  @Test
  void keepsTheTimelineOfAFailureAndOfACancel() {
    UUID thrown = api.createWorkflow("throw");
    api.ended(thrown);
    JsonPath failed = api.call("events", "{\"id\":\"" + thrown + "\"}").jsonPath();
    assertThat(failed.getString("json.events[-1].reason")).isEqualTo("user_error");

    UUID cancelled = api.createWorkflow("hang");
    api.reaches(cancelled, "running");
    cancel(cancelled);
    api.ended(cancelled);
    JsonPath events = api.call("events", "{\"id\":\"" + cancelled + "\"}").jsonPath();
    assertThat(events.getList("json.events.event"))
        .endsWith("handler_started", "cancel_requested", "ended");
    assertThat(events.getList("json.events.status")).endsWith("running", "running", "cancelled");
  }

  @Test
  void tellsWhatAWorkflowThrew() {
    JsonPath job = api.ended(api.createWorkflow("throw"));
    assertThat(job.getString("json.status")).isEqualTo("failed");
    assertThat(job.getString("json.failure_code")).isEqualTo("user_error");
    assertThat(job.getString("json.error")).startsWith("boom");
    assertThat(job.getString("json.mapped_stack")).isEqualTo("at index.ts:3:4");
  }

  @Test
  void redactsInjectedCredentials() {
    new Api(api.tenant()).ok("credentials/create", "name", "shop", "value", "hunter2");
    JsonPath job = api.ended(api.createWorkflow("leak-credential"));
    assertThat(job.getString("json.error")).contains("[redacted]").doesNotContain("hunter2");
  }

  @Test
  void failsBeforeABrowserStartsWhenACredentialIsMissing() {
    JsonPath job = api.ended(api.createWorkflow("echo-missing"));
    assertThat(job.getString("json.failure_code")).isEqualTo("invalid_input");
    assertThat(job.getString("json.error")).contains("absent");
  }

  @Test
  void cancelsARunningJobAndAgain() {
    UUID id = api.createWorkflow("hang");
    api.reaches(id, "running");
    cancel(id);
    assertThat(api.ended(id).getString("json.status")).isEqualTo("cancelled");
    cancel(id);
  }

  @Test
  void refusesToCancelAnEndedJob() {
    UUID id = api.createWorkflow("echo");
    api.ended(id);
    Response refused = api.call("cancel", "{\"id\":\"" + id + "\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.jsonPath().getString("json.data.reason")).isEqualTo("job_ended");
  }

  @Test
  void answersTheSameJobUnderANonce() {
    String order = "{\"workflow\":\"echo\",\"nonce\":\"n1\",\"params\":{\"a\":1,\"b\":[2]}}";
    String same = "{\"nonce\":\"n1\",\"params\":{\"b\":[2],\"a\":1},\"workflow\":\"echo\"}";
    UUID first = api.create(order);
    assertThat(api.create(same)).isEqualTo(first);
    Response other = api.call("create", order.replace("[2]", "[3]"));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.jsonPath().getString("json.data.reason")).isEqualTo("nonce_reused");
    assertThat(other.jsonPath().getString("json.data.job_id")).isEqualTo(first.toString());
  }

  @Test
  void keepsANonceForThirtyDays() {
    String order = "{\"workflow\":\"echo\",\"nonce\":\"old\"}";
    UUID first = api.create(order);
    age("29 days 23 hours");
    assertThat(api.create(order)).isEqualTo(first);
    age("2 hours");
    UUID second = api.create(order);
    assertThat(second).isNotEqualTo(first);
    assertThat(api.create(order)).isEqualTo(second);
  }

  private void age(String by) {
    JobTable.update(
        "UPDATE job_nonces SET created_at = created_at - ?::interval WHERE tenant_id = ?",
        by,
        api.tenant());
  }

  @Test
  void tellsAnotherSecretUnderTheSameNonce() {
    String order =
        "{\"workflow\":\"echo\",\"nonce\":\"n2\",\"callback_url\":\"https://example.com/a\","
            + "\"callback_secret\":\"one\"}";
    UUID first = api.create(order);
    assertThat(api.create(order)).isEqualTo(first);
    assertThat(api.call("create", order.replace("\"one\"", "\"two\"")).statusCode()).isEqualTo(409);
  }

  @Test
  void listsAllIssuesAtOnce() {
    Response refused =
        api.call(
            "create",
            "{\"params\":[],\"timeout_seconds\":0,\"callback_url\":\"http://127.0.0.1/x\","
                + "\"residential_proxy\":{\"country\":\"DE\",\"state\":\"CA\"},"
                + "\"disable_default_proxy\":true}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.jsonPath().getList("json.data.issues.path").toString())
        .contains("[workflow]")
        .contains("[params]")
        .contains("[timeout_seconds]")
        .contains("[callback_url]")
        .contains("[callback_secret]")
        .contains("[residential_proxy, state]")
        .contains("[residential_proxy]");
  }

  @Test
  void refusesWhatItCannotRun() {
    assertThat(api.call("create", "{\"workflow\":\"unknown\"}").statusCode()).isEqualTo(404);
    Response proxy =
        api.call("create", "{\"workflow\":\"echo\",\"residential_proxy\":{\"country\":\"US\"}}");
    assertThat(proxy.statusCode()).isEqualTo(409);
    assertThat(proxy.jsonPath().getString("json.data.reason")).isEqualTo("proxy_unavailable");
  }

  @Test
  void hidesJobsOfOtherTenants() {
    UUID id = api.createWorkflow("hang");
    JobApi stranger = new JobApi();
    for (String procedure : List.of("get", "cancel", "wait", "events", "explain", "watch")) {
      Response refused = stranger.call(procedure, "{\"id\":\"" + id + "\"}");
      assertThat(refused.statusCode()).as(procedure).isEqualTo(404);
    }
    assertThat(stranger.call("list", "{}").jsonPath().getList("json.jobs")).isEmpty();
    cancel(id);
  }

  @Test
  void pagesWithoutGapOrRepeat() {
    Set<String> created = new HashSet<>();
    for (int i = 0; i < 7; i++) {
      created.add(api.createWorkflow("echo").toString());
    }
    Set<String> seen = new HashSet<>();
    String cursor = null;
    do {
      String input =
          "{\"limit\":3" + (cursor == null ? "" : ",\"cursor\":\"" + cursor + "\"") + "}";
      JsonPath page = api.call("list", input).jsonPath();
      for (String id : page.<String>getList("json.jobs.job_id")) {
        assertThat(seen.add(id)).as("repeated " + id).isTrue();
      }
      cursor = page.getString("json.next_cursor");
    } while (cursor != null);
    assertThat(seen).isEqualTo(created);
    assertThat(api.call("list", "{\"cursor\":\"nonsense\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void waitsForTheEnd() {
    UUID id = api.createWorkflow("nap");
    JsonPath job = api.call("wait", "{\"id\":\"" + id + "\",\"timeout_seconds\":20}").jsonPath();
    assertThat(job.getString("json.status")).isEqualTo("completed");
    UUID hanging = api.createWorkflow("hang");
    JsonPath still =
        api.call("wait", "{\"id\":\"" + hanging + "\",\"timeout_seconds\":1}").jsonPath();
    assertThat(still.getString("json.status")).isNotEqualTo("completed");
    cancel(hanging);
  }

  private void cancel(UUID id) {
    Response answer = api.call("cancel", "{\"id\":\"" + id + "\"}");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
  }
}
