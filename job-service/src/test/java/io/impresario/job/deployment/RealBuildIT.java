package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.job.Api;
import io.impresario.job.archive.TarMaker;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From the upload to the result, with real packages, real builds and real runs. */
@QuarkusTest
@TestProfile(RealBuilds.class)
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class RealBuildIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String MARK = "[Symbol.for('libretto.workflow')]: true";

  private final Api api = Api.newTenant();

  @Test
  void runsTypeScriptOfSeveralFilesWithARealPackage() {
    TarMaker tar =
        new TarMaker()
            .directory("./")
            .file("./package.json", "{\"dependencies\":{\"ms\":\"2.1.3\"}}")
            .file(
                "./src/index.ts",
                "import ms from 'ms';\nimport { boom } from './lib/boom';\n"
                    + "export const hours = { %s, name: 'hours', credentialNames: ['Token'],\n"
                        .formatted(MARK)
                    + "  inputSchema: undefined,\n"
                    + "  async run(ctx: { session: string }, input: { n: number; credentials:"
                    + " Record<string, string> }) {\n"
                    + "    return { ms: ms(`${input.n}h`), token: input.credentials.token }; } };\n"
                    + "export const thrower = { %s, name: 'thrower', async run() { boom(); } };\n"
                        .formatted(MARK))
            .file(
                "./src/lib/boom.ts",
                "interface Never {}\n\nexport function boom(): Never {\n  throw new Error('as"
                    + " planned');\n}\n");
    JsonNode ready = deploy(tar, "src/index.ts");
    assertThat(ready.path("workflows")).hasToString("[\"hours\",\"thrower\"]");

    api.ok("credentials/create", "name", "token", "value", "t-0");
    JsonNode hours = run("hours", Map.of("n", 2));
    assertThat(hours.path("status").asText()).isEqualTo("completed");
    assertThat(hours.path("result").path("ms").asInt()).isEqualTo(7_200_000);
    assertThat(hours.path("deployment_version").asInt()).isEqualTo(1);

    JsonNode thrown = run("thrower", Map.of());
    assertThat(thrown.path("status").asText()).isEqualTo("failed");
    assertThat(thrown.path("error").asText()).contains("as planned");
    assertThat(thrown.path("mapped_stack").asText()).contains("src/lib/boom.ts:4");
  }

  @Test
  void runsWhatTheRealClientUploads() {
    String inner =
        "const vendored = require('vendored');\\n"
            + "exports.run = async (ctx, input) => ({ answer: vendored.answer, twice: input.n * 2 });";
    TarMaker tar =
        new TarMaker()
            .file(
                "package.json",
                "{\"name\":\"deploy-x\",\"private\":true,\"type\":\"module\",\"dependencies\":"
                    + "{\"vendored\":\"file:./vendored\",\"playwright\":\"^1.40.0\"}}")
            .file("vendored/package.json", "{\"name\":\"vendored\",\"version\":\"1.0.0\"}")
            .file("vendored/index.js", "module.exports = { answer: 42 };")
            .file(
                ".libretto-workflows.json",
                "{\"workflows\":[{\"name\":\"packed\",\"credentialNames\":[],\"inputSchema\":"
                    + "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"number\"}}},"
                    + "\"sourceFile\":\"workflows/packed.ts\"}]}")
            .file(".libretto-share/source/workflows/packed.ts", "export {};")
            .file(
                "index.js",
                "import { createRequire } from 'node:module';\n"
                    + "import { existsSync, writeFileSync } from 'node:fs';\n"
                    + "import { tmpdir } from 'node:os';\nimport { join } from 'node:path';\n"
                    + "const FILE = join(tmpdir(), 'deploy-x-0123.cjs');\n"
                    + "const nativeRequire = createRequire(join(tmpdir(), 'bootstrap.cjs'));\n"
                    + "function load() { if (!existsSync(FILE)) writeFileSync(FILE, \""
                    + inner
                    + "\"); return nativeRequire(FILE); }\n"
                    + "export const workflow_0 = { "
                    + MARK
                    + ", name: 'packed', credentialNames: [], run: (ctx, input) => load().run(ctx,"
                    + " input) };\n");
    JsonNode ready = deploy(tar, "index.js");
    assertThat(ready.path("workflows")).hasToString("[\"packed\"]");
    assertThat(
            api.ok("workflows/get", "workflow", "packed")
                .path("input_schema")
                .path("properties")
                .path("n")
                .path("type")
                .asText())
        .isEqualTo("number");
    JsonNode job = run("packed", Map.of("n", 21));
    assertThat(job.path("result").toString()).isEqualTo("{\"answer\":42,\"twice\":42}");
  }

  @Test
  void saysWhatIsWrongWithASource() {
    assertThat(failure(new TarMaker().file("a.ts", "x"), "index.ts"))
        .startsWith("The entry point index.ts is not in the archive.");
    assertThat(failure(new TarMaker().file("p/index.ts", "x"), "index.ts")).contains("p/index.ts");
    assertThat(failure(new TarMaker().file("../index.ts", "x"), "index.ts")).contains("\"..\"");
    assertThat(failure(new TarMaker().file("index.ts", "let x = ;"), "index.ts"))
        .contains("index.ts:1");
    assertThat(failure(new TarMaker().file("index.ts", "export const a = 1;"), "index.ts"))
        .containsIgnoringCase("workflow");
    assertThat(
            failure(
                new TarMaker()
                    .file("index.ts", "export {}")
                    .file(
                        "package.json",
                        "{\"dependencies\":{\"this-package-is-not-there-0x\":\"1.0.0\"}}"),
                "index.ts"))
        .contains("this-package-is-not-there-0x");
    String twins =
        "const w = () => ({ %s, name: 'twin', async run() {} });\n".formatted(MARK)
            + "export const a = w();\nexport const b = w();\n";
    assertThat(failure(new TarMaker().file("index.ts", twins), "index.ts")).contains("twin");
    assertThat(failure("not gzip".getBytes(StandardCharsets.UTF_8), "index.ts")).contains("gzip");
  }

  private JsonNode deploy(TarMaker tar, String entryPoint) {
    JsonNode ended = ended(tar.bytes(), entryPoint);
    assertThat(ended.path("build_error").asText("")).isIn("", "null");
    assertThat(ended.path("status").asText()).isEqualTo("ready");
    return ended;
  }

  private String failure(TarMaker tar, String entryPoint) {
    return failure(tar.bytes(), entryPoint);
  }

  private String failure(byte[] archive, String entryPoint) {
    JsonNode ended = ended(archive, entryPoint);
    assertThat(ended.path("status").asText()).isEqualTo("failed");
    return ended.path("build_error").asText();
  }

  private JsonNode ended(byte[] archive, String entryPoint) {
    String id =
        api.ok(
                "deployments/create",
                "source",
                Base64.getEncoder().encodeToString(archive),
                "entry_point",
                entryPoint)
            .path("deployment_id")
            .asText();
    Eventually.isTrue(
        LIMIT,
        "built",
        () -> !api.ok("deployments/sync", "id", id).path("status").asText().equals("building"));
    return api.ok("deployments/sync", "id", id);
  }

  private JsonNode run(String workflow, Map<String, ?> params) {
    String id =
        api.ok("jobs/create", "workflow", workflow, "params", params, "timeout_seconds", 60)
            .path("job_id")
            .asText();
    Eventually.isTrue(
        LIMIT,
        "ended",
        () ->
            api.ok("jobs/get", "id", id)
                .path("status")
                .asText()
                .matches("completed|failed|cancelled"));
    return api.ok("jobs/get", "id", id);
  }
}
