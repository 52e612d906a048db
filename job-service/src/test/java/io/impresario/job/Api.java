package io.impresario.job;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.impresario.testing.TestIdentity;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;

/** Calls procedures of the service under test as one tenant, as the gateway would. */
public record Api(UUID tenant) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static Api newTenant() {
    return new Api(UUID.randomUUID());
  }

  /** Fields of an input in their order. */
  public static ObjectNode fields(Object... namesAndValues) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.set((String) namesAndValues[i], JSON.valueToTree(namesAndValues[i + 1]));
    }
    return fields;
  }

  /** What the procedure returned; fails when it did not succeed. */
  public JsonNode ok(String procedure, Object... namesAndValues) {
    Response response = call(procedure, namesAndValues);
    if (response.statusCode() != 200) {
      throw new AssertionError(procedure + ": " + response.statusCode() + " " + body(response));
    }
    return body(response);
  }

  /** The error; fails when the procedure succeeded. */
  public JsonNode error(int status, String procedure, Object... namesAndValues) {
    Response response = call(procedure, namesAndValues);
    if (response.statusCode() != status) {
      throw new AssertionError(procedure + ": " + response.statusCode() + " " + body(response));
    }
    return body(response);
  }

  public Response call(String procedure, Object... namesAndValues) {
    return raw(procedure, Map.of("json", fields(namesAndValues)));
  }

  public Response raw(String procedure, Object body) {
    return given()
        .header(TestIdentity.HEADER, TestIdentity.of(tenant))
        .contentType("application/json")
        .body(body instanceof String text ? text.getBytes(UTF_8) : bytes(body))
        .post("/v1/" + procedure);
  }

  private static byte[] bytes(Object body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode body(Response response) {
    try {
      return JSON.readTree(response.asByteArray()).path("json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
