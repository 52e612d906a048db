package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Json;
import io.impresario.local.stack.StackState;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Calls the gateway of a stack that is up; every error becomes a sentence. */
public final class GatewayClient {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final StackState state;

  public GatewayClient(StackState state) {
    this.state = state;
  }

  static GatewayClient of(Home home) throws IOException {
    if (!UpCommand.isUp(home)) {
      throw new Problem("Impresario is not up; start it with ./impresario up.");
    }
    return new GatewayClient(
        StackState.read(home)
            .orElseThrow(() -> new Problem("Impresario is still starting; try again.")));
  }

  /** A procedure of the public API: the {@code json} of its answer. */
  public JsonNode call(String procedure, Object input) throws IOException, InterruptedException {
    return enveloped(procedure, "x-api-key", state.apiKey(), input);
  }

  /** A procedure under the operator's key. */
  JsonNode admin(String procedure, Object input) throws IOException, InterruptedException {
    return enveloped("admin/" + procedure, "x-admin-key", state.adminKey(), input);
  }

  /** The routes for keys have no envelope. A body of null makes it a GET. */
  JsonNode plain(String method, String path, Object body) throws IOException, InterruptedException {
    HttpRequest.BodyPublisher publisher =
        method.equals("GET")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body));
    return send(request(path, "x-api-key", state.apiKey()).method(method, publisher).build());
  }

  private JsonNode enveloped(String procedure, String header, String key, Object input)
      throws IOException, InterruptedException {
    String body = Json.MAPPER.writeValueAsString(Map.of("json", input));
    return send(request("/v1/" + procedure, header, key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build())
        .path("json");
  }

  private HttpRequest.Builder request(String path, String header, String key) {
    return HttpRequest.newBuilder(URI.create(state.url() + path))
        .timeout(Duration.ofSeconds(60))
        .header("content-type", "application/json")
        .header(header, key);
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 == 2) {
      return Json.MAPPER.readTree(response.body());
    }
    throw new Problem(
        request.uri().getPath() + " answered " + response.statusCode() + ": " + response.body());
  }
}
