package io.impresario.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.impresario.testing.Eventually;
import io.impresario.testing.WebhookReceiver;
import io.impresario.testing.openapi.LiveValues;
import io.impresario.testing.openapi.Operation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A tenant with one of everything that an input can name. What a procedure uses up is made anew for
 * each call.
 */
final class ContractTenant implements LiveValues {
  private static final Duration JOB = Eventually.LIMIT;
  private static final Set<String> NEW_EACH_TIME =
      Set.of(
          "/v1/jobs/cancel", "/v1/schedules/update", "/v1/schedules/delete", "/v1/webhooks/delete");

  private final StackUnderTest stack;
  private final WebhookReceiver receiver;
  private final String key;
  private final ApiClient client;
  private final Map<String, String> kept = new HashMap<>();
  private final Map<String, String> keysWithout = new HashMap<>();

  ContractTenant(StackUnderTest stack, WebhookReceiver receiver) {
    this.stack = stack;
    this.receiver = receiver;
    this.key = newTenant().path("api_key").asText();
    this.client = stack.client(key);
    client.deploy(Bundles.source());
    kept.put("job", ended("reader", Map.of("text", "here"), "completed"));
    kept.put("failed job", ended("thrower", Map.of(), "failed"));
    kept.put("schedule", newSchedule());
    kept.put("endpoint", newEndpoint());
    kept.put("delivery", newDelivery());
    kept.put("credential name", "shop-login");
    kept.put("credential", newCredential("shop-login"));
    kept.put(
        "deployment", client.call("deployments/list", Map.of()).at("/deployments/0/id").asText());
    kept.put("tenant", newTenant().path("tenant_id").asText());
    for (String scope : List.of("read", "write", "admin")) {
      Map<String, Object> grant = Map.of("name", "lacks " + scope, "scopes", othersThan(scope));
      keysWithout.put(scope, keys("create", grant).path("key").asText());
    }
  }

  String url() {
    return stack.state().path("url").asText();
  }

  String key() {
    return key;
  }

  String adminKey() {
    return stack.adminKey();
  }

  /** A key with every scope but one. */
  String keyWithout(String scope) {
    return Objects.requireNonNull(keysWithout.get(scope), scope);
  }

  /** Gives jobs back the limits that generated input has changed. */
  void forgetLimits() {
    operator("admin/limits/set", Map.of());
  }

  @Override
  public Optional<JsonNode> value(Operation operation, String property) {
    String path = operation.path();
    String group = path.split("/")[2];
    boolean another = NEW_EACH_TIME.contains(path);
    String value =
        switch (property) {
          case "id" -> id(group, path, another);
          case "job_id", "jobId" -> kept("job");
          case "workflow" -> "reader";
          case "webhook_endpoint_id" -> kept("endpoint");
          case "delivery_id" -> kept("delivery");
          case "tenant_id" -> kept("tenant");
          case "keyId" -> keys("create", Map.of("name", "short-lived")).path("id").asText();
          case "nonce" -> UUID.randomUUID().toString();
          case "name" -> group.equals("credentials") ? credentialName(path) : "";
          default -> "";
        };
    return Optional.of(value).filter(text -> !text.isEmpty()).map(TextNode::valueOf);
  }

  private String id(String group, String path, boolean another) {
    return switch (group) {
      case "jobs" -> path.endsWith("debugReport") ? kept("failed job") : job(another);
      case "schedules" -> another ? newSchedule() : kept("schedule");
      case "webhooks" -> another ? newEndpoint() : kept("endpoint");
      case "credentials" -> newCredential(UUID.randomUUID().toString());
      case "deployments" -> kept("deployment");
      case "browserProfiles" -> newProfile();
      default -> throw new IllegalStateException("an id of what? " + path);
    };
  }

  private String job(boolean another) {
    return another ? client.start("sleeper", Map.of("milliseconds", 60_000)) : kept("job");
  }

  private String credentialName(String path) {
    return path.endsWith("/get") ? kept("credential name") : UUID.randomUUID().toString();
  }

  private String kept(String what) {
    return Objects.requireNonNull(kept.get(what), what);
  }

  private String ended(String workflow, Map<String, ?> params, String status) {
    String job = client.start(workflow, params);
    client.awaitStatus(job, Set.of(status), JOB);
    return job;
  }

  private String newSchedule() {
    Map<String, Object> input =
        Map.of(
            "workflow", "reader",
            "cron_expr", "0 0 1 1 *",
            "callback_url", receiver.url("/schedule"),
            "callback_secret", "secret");
    return client.call("schedules/create", input).at("/schedule/id").asText();
  }

  private String newEndpoint() {
    Map<String, Object> input = Map.of("url", receiver.url("/hook"), "signing_secret", "secret");
    return client.call("webhooks/create", input).path("webhook_endpoint_id").asText();
  }

  /** Delivered, so that it can be sent again. */
  private String newDelivery() {
    String id =
        client.call("webhooks/test", Map.of("id", kept("endpoint"))).path("delivery_id").asText();
    return Eventually.present(
        JOB,
        "the test delivery has arrived",
        () ->
            Optional.of(id)
                .filter(
                    any ->
                        client
                            .call("webhooks/deliveries", Map.of("state", "delivered"))
                            .path("deliveries")
                            .findValuesAsText("delivery_id")
                            .contains(id)));
  }

  private String newCredential(String name) {
    Map<String, Object> input = Map.of("name", name, "value", "secret");
    return client.call("credentials/create", input).path("credential_id").asText();
  }

  private String newProfile() {
    Map<String, Object> input = Map.of("name", UUID.randomUUID().toString());
    return client.call("browserProfiles/ensure", input).path("profile_id").asText();
  }

  private JsonNode newTenant() {
    return operator("admin/tenants/create", Map.of("name", "contract"));
  }

  private JsonNode operator(String procedure, Map<String, ?> input) {
    return stack.client().ask("x-admin-key", stack.adminKey(), procedure, input).json();
  }

  private JsonNode keys(String action, Map<String, ?> input) {
    return new CommandLineClient(url(), key).keys(action, input);
  }

  private static List<String> othersThan(String scope) {
    return List.of("read", "write", "admin").stream()
        .filter(other -> !other.equals(scope))
        .toList();
  }
}
