package io.impresario.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.impresario.testing.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;

/** Calls procedures of the service under test as one tenant, as the gateway would. */
public record Api(UUID tenant) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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
    HttpResponse<String> response = call(procedure, namesAndValues);
    if (response.statusCode() != 200) {
      throw new AssertionError(procedure + ": " + response.statusCode() + " " + body(response));
    }
    return body(response);
  }

  /** The error; fails when the procedure succeeded. */
  public JsonNode error(int status, String procedure, Object... namesAndValues) {
    HttpResponse<String> response = call(procedure, namesAndValues);
    if (response.statusCode() != status) {
      throw new AssertionError(procedure + ": " + response.statusCode() + " " + body(response));
    }
    return body(response);
  }

  public HttpResponse<String> call(String procedure, Object... namesAndValues) {
    return raw(procedure, Map.of("json", fields(namesAndValues)));
  }

  public HttpResponse<String> raw(String procedure, Object body) {
    String url = ConfigProvider.getConfig().getValue("test.url", String.class);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/v1/" + procedure))
            .header(TestIdentity.HEADER, TestIdentity.of(tenant))
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofByteArray(
                    body instanceof String text ? text.getBytes(UTF_8) : bytes(body)))
            .build();
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(Object body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode body(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body()).path("json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
