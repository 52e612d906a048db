package io.impresario.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.testing.Eventually;
import io.impresario.testing.WebhookReceiver;
import io.impresario.testing.fuzz.FuzzRun;
import io.impresario.testing.openapi.ApiDescription;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a team does after it has changed two environment variables, with two gateways before
 * everything: the whole sequence of the client's calls, two tenants with the same names at once,
 * keys that end everywhere, and requests that nobody would send.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(4)
class ClientWayIT {
  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");
  private static final Duration BUILD = Duration.ofMinutes(4);
  private static final Duration JOB = Eventually.LIMIT;
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 20_000);
  private static final long SEED = Long.getLong("fuzz.seed", 20261122);

  private final StackUnderTest stack;

  ClientWayIT() throws IOException {
    stack = StackUnderTest.up("--set", "api-gateway.replicas=2");
  }

  @AfterAll
  void down() throws IOException {
    stack.close();
  }

  @Test
  @Order(1)
  void twoTenantsGoAllTheWayAtOnceWithTheSameNames() {
    CommandLineClient one = client("api-gateway", stack.state().path("api_key").asText());
    CommandLineClient two = client("api-gateway-2", newTenant("other"));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<CompletableFuture<JsonNode>> ways = new ArrayList<>();
      ways.add(CompletableFuture.supplyAsync(() -> goAllTheWay(one, "secret of one"), threads));
      ways.add(CompletableFuture.supplyAsync(() -> goAllTheWay(two, "secret of two"), threads));
      JsonNode first = ways.get(0).join();
      JsonNode second = ways.get(1).join();
      assertThat(first.path("login").asText()).isEqualTo(sha256("secret of one"));
      assertThat(second.path("login").asText()).isEqualTo(sha256("secret of two"));
    } finally {
      threads.shutdownNow();
    }
    assertThat(one.call("jobs/list", Map.of()).path("jobs")).hasSize(1);
    assertThat(two.call("jobs/list", Map.of()).path("jobs")).hasSize(1);
  }

  private JsonNode goAllTheWay(CommandLineClient client, String secret) {
    deploy(client);
    pushCredential(client, secret);
    manageKeys(client);
    JsonNode job = run(client);
    schedule(client);
    return job.path("result");
  }

  private static void deploy(CommandLineClient client) {
    client.announce("deploy");
    client.call("tenant/settings", Map.of());
    JsonNode created =
        client.call(
            "deployments/create",
            Map.of(
                "source",
                ClientBundle.source(),
                "entry_point",
                "index.js",
                "description",
                "from the acceptance tests",
                "auto_repair",
                false));
    assertThat(created.path("status").asText()).isEqualTo("building");
    String id = created.path("deployment_id").asText();
    JsonNode ready =
        Eventually.present(
            BUILD,
            "the deployment is ready",
            () ->
                Optional.of(client.call("deployments/sync", Map.of("id", id)))
                    .filter(found -> !found.path("status").asText().equals("building")));
    assertThat(ready.path("status").asText()).as(ready.toString()).isEqualTo("ready");
    assertThat(ready.path("workflows")).hasToString("[\"" + ClientBundle.WORKFLOW + "\"]");
    JsonNode workflow = client.call("workflows/get", Map.of("workflow", ClientBundle.WORKFLOW));
    assertThat(workflow.path("deployment_id").asText()).isEqualTo(id);
    assertThat(workflow.at("/input_schema/properties/item/type").asText()).isEqualTo("string");
  }

  private static void pushCredential(CommandLineClient client, String secret) {
    client.announce("credentials push");
    Map<String, String> credential =
        Map.of("name", " Shop-Login ", "value", secret, "credential_id", "unknown-here");
    CommandLineClient.Answer first = client.ask("credentials/upsert", credential);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.body().at("/json/overwritten").asBoolean()).isFalse();
    assertThat(first.warnings()).contains("credential_id");
    JsonNode again = client.call("credentials/upsert", credential);
    assertThat(again.path("overwritten").asBoolean()).isTrue();
    assertThat(again.path("credential_id")).isEqualTo(first.body().at("/json/credential_id"));
    JsonNode listed = client.call("credentials/list", Map.of()).path("credentials");
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("name").asText()).isEqualTo(ClientBundle.CREDENTIAL);
    assertThat(listed.toString()).doesNotContain(secret);
  }

  private static void manageKeys(CommandLineClient client) {
    client.announce("api-key create");
    JsonNode made = client.keys("create", Map.of("name", "laptop"));
    String key = made.path("key").asText();
    assertThat(key).startsWith("imp_");
    assertThat(client.with(key).ask("jobs/list", Map.of()).status()).isEqualTo(200);
    JsonNode listed = client.keys("list", Map.of());
    assertThat(listed.isArray()).isTrue();
    assertThat(listed.findValuesAsText("id")).contains(made.path("id").asText());
    assertThat(listed.toString()).doesNotContain(key);
    client.keys("delete", Map.of("keyId", made.path("id").asText()));
    assertThat(client.keys("list", Map.of()).findValuesAsText("id"))
        .doesNotContain(made.path("id").asText());
    assertThat(client.with(key).ask("jobs/list", Map.of()).status()).isEqualTo(401);
  }

  private static JsonNode run(CommandLineClient client) {
    client.announce("run");
    JsonNode created =
        client.call(
            "jobs/create",
            Map.of(
                "workflow",
                ClientBundle.WORKFLOW,
                "params",
                Map.of("item", "lamp"),
                "credential_id",
                "unknown-here",
                "timeout_seconds",
                120));
    assertThat(created.path("success").asBoolean()).isTrue();
    assertThat(created.path("status").asText()).isEqualTo("running");
    String id = created.path("job_id").asText();
    JsonNode job =
        Eventually.present(
            JOB,
            "the job has ended",
            () ->
                Optional.of(client.call("jobs/get", Map.of("id", id)))
                    .filter(found -> ENDED.contains(found.path("status").asText())));
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    JsonNode result = job.path("result");
    assertThat(result.path("heading").asText()).isEqualTo("On the shelf: lamp");
    assertThat(result.path("session").asText()).isEqualTo(id);
    assertThat(result.path("hosted").asText()).isEqualTo("1");
    assertThat(result.path("knows")).hasToString("[\"" + ClientBundle.CREDENTIAL + "\"]");
    Eventually.passes(
        JOB,
        () ->
            assertThat(
                    client
                        .call("logs/list", Map.of("jobId", id))
                        .path("logs")
                        .findValuesAsText("message"))
                .contains("looking for lamp"));
    return job;
  }

  private static void schedule(CommandLineClient client) {
    client.announce("schedules create");
    JsonNode created =
        client.call(
            "schedules/create",
            Map.of(
                "workflow", ClientBundle.WORKFLOW,
                "cron_expr", "30 6 * * 1-5",
                "timezone", "Europe/Berlin",
                "params", Map.of("item", "chair"),
                "credential_id", "unknown-here"));
    JsonNode schedule = created.path("schedule");
    assertThat(schedule.path("timeout_seconds").asInt()).isEqualTo(900);
    assertThat(schedule.path("next_fire_at").asText()).endsWith("Z");
    JsonNode listed = client.call("schedules/list", Map.of()).path("schedules");
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0)).isEqualTo(schedule);
  }

  @Test
  @Order(2)
  void theTrailTellsWhatTheTenantDid() {
    CommandLineClient client = client("api-gateway", stack.state().path("api_key").asText());
    String tenant = client.call("tenant/settings", Map.of()).path("tenant_id").asText();
    JsonNode entries =
        stack
            .client()
            .ask(
                "x-admin-key",
                stack.adminKey(),
                "admin/audit/list",
                Map.of("tenant_id", tenant, "limit", 100))
            .json()
            .path("entries");
    assertThat(entries.findValuesAsText("procedure"))
        .containsSubsequence(
            "schedules/create",
            "jobs/create",
            "api/auth/api-key/delete",
            "api/auth/api-key/create",
            "credentials/upsert",
            "credentials/upsert",
            "deployments/create")
        .doesNotContain("jobs/get", "credentials/list", "telemetry/recordCliEvent");
    assertThat(entries)
        .allSatisfy(
            entry -> {
              assertThat(entry.path("key_id").isTextual()).isTrue();
              assertThat(entry.path("at").asText()).endsWith("Z");
              assertThat(entry.path("request_id").asText()).isNotEmpty();
              assertThat(entry.path("status").asInt()).isEqualTo(200);
            });
  }

  @Test
  @Order(2)
  void aKeyRevokedThroughOneGatewayEndsAtTheOther() {
    CommandLineClient one = client("api-gateway", stack.state().path("api_key").asText());
    JsonNode made = one.keys("create", Map.of("name", "short-lived"));
    CommandLineClient elsewhere = client("api-gateway-2", made.path("key").asText());
    assertThat(elsewhere.ask("jobs/list", Map.of()).status()).isEqualTo(200);
    one.keys("delete", Map.of("keyId", made.path("id").asText()));
    Eventually.passes(
        Duration.ofSeconds(30),
        () -> assertThat(elsewhere.ask("jobs/list", Map.of()).status()).isEqualTo(401));
  }

  @Test
  @Order(2)
  void theRealClientFollowsAJobToItsEnd() throws IOException {
    String key = stack.state().path("api_key").asText();
    String job = stack.client().start(ClientBundle.WORKFLOW, Map.of("item", "lamp"));
    JsonNode entries = OrpcWatch.follow(stack, url("api-gateway-2"), key, job);
    assertThat(entries.findValuesAsText("seq")).doesNotHaveDuplicates();
    assertThat(entries.findValuesAsText("event")).startsWith("queued", "claimed").endsWith("ended");
    assertThat(entries)
        .isEqualTo(stack.client().call("jobs/events", Map.of("id", job)).path("events"));
  }

  @Test
  @Order(3)
  void theOperatorReencryptsEverythingByOneCommand() throws IOException {
    String counts = stack.run(List.of("secrets", "reencrypt"));
    for (String kind :
        List.of("credentials", "callback_secrets", "schedules", "endpoints", "deliveries")) {
      assertThat(counts.replaceAll("\\s", ""))
          .contains("\"" + kind + "\":{\"reencrypted\":0,\"failed\":0}");
    }
  }

  @Test
  @Order(4)
  void nothingThatIsSentIsAServerErrorOrGoesUnanswered() throws InterruptedException {
    long start = System.nanoTime();
    FuzzRun.Report report =
        new FuzzRun(
                URI.create(url("api-gateway")),
                stack.state().path("api_key").asText(),
                stack.adminKey())
            .send(REQUESTS, SEED);
    System.out.printf(
        "%d mutated requests in %d s: %s%n",
        REQUESTS, Duration.ofNanos(System.nanoTime() - start).toSeconds(), report.statuses());
    assertThat(report.complaints()).isEmpty();
    assertThat(report.statuses()).containsKeys(200, 400, 404, 405, 415);
  }

  @Test
  @Order(5)
  void answersAsTheDocumentOfTheApiSays() throws IOException {
    try (WebhookReceiver receiver = WebhookReceiver.start()) {
      ContractTenant tenant = new ContractTenant(stack, receiver);
      HttpContract contract = new HttpContract(ApiDescription.ofCheckout(), tenant, SEED);
      try {
        contract.routesAreThoseOfTheDocument();
        contract.everyProcedureRefusesAsDocumented();
        contract.everyBrokenRuleIsAnIssueAtItsPath();
        contract.validInputsAreAcceptedAndAnsweredAsDocumented();
      } finally {
        tenant.forgetLimits();
      }
    }
  }

  @Test
  @Order(6)
  void showsTheMetricsOfTheDocument() throws IOException {
    new MetricsPage()
        .isWhatIsShown(
            stack,
            List.of(
                "api-gateway",
                "job-service",
                "schedule-service",
                "callback-service",
                "log-service"));
  }

  /** A probe by JDBC would hold a connection, and be unready for good when that goes silent. */
  @Test
  @Order(6)
  void isReadyWithoutAConnectionThatOnlyProbesUse() throws IOException {
    for (String service : stack.replicas(".*-service")) {
      JsonNode ready =
          StackUnderTest.JSON.readTree(
              URI.create(stack.managementUrl(service) + "/q/health/ready").toURL());
      assertThat(ready.path("status").asText()).as(service).isEqualTo("UP");
      assertThat(ready.path("checks").findValuesAsText("name"))
          .as(service)
          .contains("Reactive PostgreSQL connections health check")
          .doesNotContain("Database connections health check");
    }
  }

  private CommandLineClient client(String gateway, String key) {
    return new CommandLineClient(url(gateway), key);
  }

  private String url(String gateway) {
    return stack.state().path("services").path(gateway).path("url").asText();
  }

  private String newTenant(String name) {
    return stack
        .client()
        .ask("x-admin-key", stack.adminKey(), "admin/tenants/create", Map.of("name", name))
        .json()
        .path("api_key")
        .asText();
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
