package io.impresario.job.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestIdentity;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An operator changes limits while the service runs. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class JobLimitsIT {
  private final JobApi api = new JobApi();

  @Test
  void aChangeHoldsAtOnceForWaitingJobs() {
    set("\"workflow\":\"hang-b\",\"max_running\":1");
    UUID first = api.createWorkflow("hang-b");
    api.reaches(first, "running");
    UUID second = api.createWorkflow("hang-b");
    JsonPath why = api.call("explain", "{\"id\":\"" + second + "\"}").jsonPath();
    assertThat(why.getString("json.waits_for")).isEqualTo("workflow_limit");
    assertThat(why.getInt("json.limit_running_of_workflow")).isEqualTo(1);
    assertThat(why.getInt("json.running_of_workflow")).isEqualTo(1);
    assertThat(why.getInt("json.position")).isEqualTo(1);

    set("\"workflow\":\"hang-b\",\"max_running\":2");
    api.reaches(second, "running");

    set("\"max_running\":2");
    UUID third = api.createWorkflow("nap");
    why = api.call("explain", "{\"id\":\"" + third + "\"}").jsonPath();
    assertThat(why.getString("json.waits_for")).isEqualTo("tenant_limit");
    assertThat(why.getInt("json.running")).isEqualTo(2);
    set("");
    api.ended(third);
    List.of(first, second).forEach(job -> api.call("cancel", "{\"id\":\"" + job + "\"}"));
  }

  @Test
  void aFullQueueNamesItsLimit() {
    set("\"max_running\":0,\"max_queued\":1");
    UUID waiting = api.createWorkflow("echo");
    Response refused = api.call("create", "{\"workflow\":\"echo\"}");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.jsonPath().getString("json.data.limit")).isEqualTo("tenant_queued");
    set("\"max_running\":0,\"max_queued\":2");
    UUID next = api.createWorkflow("echo");
    set("");
    List.of(waiting, next).forEach(api::ended);
  }

  @Test
  void showsWhatIsSetAndForgetsIt() {
    set("\"max_running\":7");
    set("\"workflow\":\"echo\",\"max_running\":3");
    JsonPath shown = get();
    assertThat(shown.getInt("json.configured.max_queued")).isEqualTo(100_000);
    assertThat(shown.getList("json.limits.max_running")).isEqualTo(List.of(7, 3));
    assertThat(shown.getString("json.limits[1].workflow")).isEqualTo("echo");
    set("");
    set("\"workflow\":\"echo\"");
    Eventually.isTrue("forgotten", () -> get().getList("json.limits").isEmpty());
  }

  @Test
  void isTheOperatorsAlone() {
    for (String procedure : List.of("set", "get")) {
      Response refused =
          call(procedure, "{}", TestIdentity.of(api.tenant(), List.of("read", "write", "admin")));
      assertThat(refused.statusCode()).as(procedure).isEqualTo(403);
    }
    Response invalid =
        call("set", "{\"workflow\":\"echo\",\"max_queued\":1,\"max_running\":-1}", operator());
    assertThat(invalid.statusCode()).isEqualTo(400);
    assertThat(invalid.jsonPath().getList("json.data.issues.path").toString())
        .contains("[tenant_id]", "[max_queued]", "[max_running]");
  }

  private void set(String limits) {
    String tenant = "\"tenant_id\":\"" + api.tenant() + "\"";
    String input = "{" + tenant + (limits.isEmpty() ? "" : "," + limits) + "}";
    Response answer = call("set", input, operator());
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
  }

  private JsonPath get() {
    return call("get", "{\"tenant_id\":\"" + api.tenant() + "\"}", operator()).jsonPath();
  }

  private static String operator() {
    return TestIdentity.of(new UUID(0, 0), List.of("operator"));
  }

  private static Response call(String procedure, String input, String identity) {
    return RestAssured.given()
        .header(TestIdentity.HEADER, identity)
        .contentType("application/json")
        .body("{\"json\":" + input + "}")
        .post("/v1/admin/limits/" + procedure);
  }
}
