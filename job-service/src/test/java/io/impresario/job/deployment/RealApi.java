package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.job.Api;
import io.impresario.job.archive.TarMaker;
import io.impresario.testing.Eventually;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** What a client does with a service that really builds and runs. */
public record RealApi(Api api) {
  /** What makes an exported object a workflow. */
  public static final String MARK = "[Symbol.for('libretto.workflow')]: true";

  private static final Duration LIMIT = Duration.ofMinutes(3);

  public static RealApi newTenant() {
    return new RealApi(Api.newTenant());
  }

  /** Deploys one module with one workflow of this name and body. */
  public JsonNode deployWorkflow(String name, String declared, String body) {
    String source =
        "export const one = { %s, name: '%s', %s async run(ctx, input) { %s } };\n"
            .formatted(MARK, name, declared, body);
    return deploy(new TarMaker().file("index.ts", source), "index.ts");
  }

  public JsonNode deploy(TarMaker tar, String entryPoint) {
    JsonNode ended = built(upload(tar.bytes(), entryPoint));
    assertThat(ended.path("build_error").asText("")).isIn("", "null");
    assertThat(ended.path("status").asText()).isEqualTo("ready");
    return ended;
  }

  public String failure(byte[] archive, String entryPoint) {
    JsonNode ended = built(upload(archive, entryPoint));
    assertThat(ended.path("status").asText()).isEqualTo("failed");
    return ended.path("build_error").asText();
  }

  /** The id of a deployment that is being built. */
  public String upload(byte[] archive, String entryPoint) {
    return api.ok(
            "deployments/create",
            "source",
            Base64.getEncoder().encodeToString(archive),
            "entry_point",
            entryPoint)
        .path("deployment_id")
        .asText();
  }

  public JsonNode built(String id) {
    Eventually.isTrue(
        LIMIT,
        "built",
        () -> !api.ok("deployments/sync", "id", id).path("status").asText().equals("building"));
    return api.ok("deployments/sync", "id", id);
  }

  public JsonNode run(String workflow, Map<String, ?> params) {
    return ended(create("workflow", workflow, "params", params));
  }

  /** The id of a new job. */
  public String create(Object... namesAndValues) {
    return api.ok("jobs/create", namesAndValues).path("job_id").asText();
  }

  public JsonNode ended(String job) {
    Eventually.isTrue(
        LIMIT,
        "ended",
        () ->
            api.ok("jobs/get", "id", job)
                .path("status")
                .asText()
                .matches("completed|failed|cancelled"));
    return api.ok("jobs/get", "id", job);
  }
}
