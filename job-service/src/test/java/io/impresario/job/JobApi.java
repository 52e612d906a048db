package io.impresario.job;

import static io.restassured.RestAssured.given;

import io.impresario.testing.Eventually;
import io.impresario.testing.TestIdentity;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.UUID;

/** One tenant's calls to the service under test. */
public final class JobApi {
  private final UUID tenant = UUID.randomUUID();

  /** A tenant with the workflows of the scripted executor. */
  public JobApi() {
    ScriptedExecutor.deployFor(tenant);
  }

  public UUID tenant() {
    return tenant;
  }

  public Response call(String procedure, String json) {
    return given()
        .header(TestIdentity.HEADER, TestIdentity.of(tenant))
        .contentType("application/json")
        .body("{\"json\":" + json + "}")
        .post("/v1/jobs/" + procedure);
  }

  /** The new job's id. */
  public UUID create(String json) {
    Response response = call("create", json);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.asString());
    }
    return UUID.fromString(response.jsonPath().getString("json.job_id"));
  }

  public UUID createWorkflow(String workflow) {
    return create("{\"workflow\":\"" + workflow + "\"}");
  }

  public JsonPath get(UUID job) {
    return call("get", "{\"id\":\"" + job + "\"}").jsonPath();
  }

  public String status(UUID job) {
    return get(job).getString("json.status");
  }

  /** The job once it has ended. */
  public JsonPath ended(UUID job) {
    return reaches(job, "completed|failed|cancelled");
  }

  public JsonPath reaches(UUID job, String statuses) {
    Eventually.isTrue(job + " is " + statuses, () -> status(job).matches(statuses));
    return get(job);
  }
}
