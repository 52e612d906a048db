package io.impresario.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.TestIdentity;
import io.impresario.testing.TestServers;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/** Calls the procedures as the gateway would, for one tenant. */
public record ScheduleApi(UUID tenant) {

  public static ScheduleApi ofNewTenant() {
    return new ScheduleApi(UUID.randomUUID());
  }

  /** Leaves no schedule of an earlier test that a moved clock would fire. */
  public static void clear() {
    execute("DELETE FROM schedule");
  }

  public static void execute(String sql) {
    try (Connection connection = TestServers.get().connect("schedule");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  public static JsonObject input(Object... fields) {
    JsonObject input = new JsonObject();
    for (int i = 0; i < fields.length; i += 2) {
      input.put((String) fields[i], fields[i + 1]);
    }
    return input;
  }

  /** The whole answer, whatever its status. */
  public Response call(String procedure, JsonObject input) {
    return RestAssured.given()
        .header(TestIdentity.HEADER, TestIdentity.of(tenant))
        .contentType("application/json")
        .body(new JsonObject().put("json", input).encode())
        .post("/v1/schedules/" + procedure);
  }

  /** The output of a call that must succeed. */
  public JsonObject ok(String procedure, JsonObject input) {
    Response response = call(procedure, input);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return new JsonObject(response.asString()).getJsonObject("json");
  }

  /** The error of a call that must fail so. */
  public JsonObject error(int status, String procedure, JsonObject input) {
    Response response = call(procedure, input);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
    return new JsonObject(response.asString()).getJsonObject("json");
  }

  /** {@code path: message} of each issue of a call that must be refused. */
  public List<String> issues(String procedure, JsonObject input) {
    JsonObject error = error(400, procedure, input);
    assertThat(error.getString("message")).isEqualTo("Input validation failed");
    return error.getJsonObject("data").getJsonArray("issues").stream()
        .map(JsonObject.class::cast)
        .map(
            issue ->
                String.join(".", issue.getJsonArray("path").stream().map(String::valueOf).toList())
                    + ": "
                    + issue.getString("message"))
        .toList();
  }

  /** The schedule that was made. */
  public JsonObject create(Object... fields) {
    return ok("create", input(fields)).getJsonObject("schedule");
  }

  public JsonObject get(String id) {
    return ok("get", input("id", id)).getJsonObject("schedule");
  }

  public List<JsonObject> occurrences(String id) {
    return ok("occurrences", input("id", id)).getJsonArray("occurrences").stream()
        .map(JsonObject.class::cast)
        .toList();
  }
}
