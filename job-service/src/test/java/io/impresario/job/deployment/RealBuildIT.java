package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.job.Api;
import io.impresario.job.JobTable;
import io.impresario.job.archive.TarMaker;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
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
  private static final String MARK = RealApi.MARK;

  private final RealApi client = RealApi.newTenant();
  private final Api api = client.api();

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
                    + "  inputSchema: { type: 'object', required: ['n'] },"
                    + " outputSchema: { type: 'object' },\n"
                    + "  async run(ctx: { session: string }, input: { n: number; credentials:"
                    + " Record<string, string> }) {\n"
                    + "    return { ms: ms(`${input.n}h`), token: input.credentials.token }; } };\n"
                    + "export const thrower = { %s, name: 'thrower', async run() { boom(); } };\n"
                        .formatted(MARK))
            .file(
                "./src/lib/boom.ts",
                "interface Never {}\n\nexport function boom(): Never {\n  throw new Error('as"
                    + " planned');\n}\n");
    JsonNode ready = client.deploy(tar, "src/index.ts");
    assertThat(ready.path("workflows")).hasToString("[\"hours\",\"thrower\"]");

    JsonNode workflow = api.ok("workflows/get", "workflow", "hours");
    assertThat(workflow.path("input_schema"))
        .hasToString("{\"type\":\"object\",\"required\":[\"n\"]}");
    assertThat(workflow.path("output_schema")).hasToString("{\"type\":\"object\"}");

    api.ok("credentials/create", "name", "token", "value", "t-0");
    JsonNode hours = client.run("hours", Map.of("n", 2));
    assertThat(hours.path("status").asText()).isEqualTo("completed");
    assertThat(hours.path("result").path("ms").asInt()).isEqualTo(7_200_000);
    assertThat(hours.path("deployment_version").asInt()).isEqualTo(1);

    JsonNode thrown = client.run("thrower", Map.of());
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
    JsonNode ready = client.deploy(tar, "index.js");
    assertThat(ready.path("workflows")).hasToString("[\"packed\"]");
    assertThat(
            api.ok("workflows/get", "workflow", "packed")
                .path("input_schema")
                .path("properties")
                .path("n")
                .path("type")
                .asText())
        .isEqualTo("number");
    JsonNode job = client.run("packed", Map.of("n", 21));
    assertThat(job.path("result").toString()).isEqualTo("{\"answer\":42,\"twice\":42}");
  }

  /** Each with the tool's own words; packages that do not install are tried with the executor. */
  @Test
  void saysWhatIsWrongWithASource() throws IOException {
    assertThat(failure(new TarMaker().file("a.ts", "x")))
        .startsWith("The entry point index.ts is not in the archive.");
    assertThat(failure(new TarMaker().file("p/index.ts", "x").file("q.ts", "x")))
        .contains("p/index.ts");
    assertThat(failure(new TarMaker().file("p/index.ts", "x")))
        .startsWith("The entry point index.ts does not load");
    assertThat(failure(new TarMaker().file("../index.ts", "x"))).contains("path with \"..\"");
    assertThat(failure(new TarMaker().file("index.ts", "x").symlink("l", "/etc")))
        .isEqualTo("The archive has a link that leaves it: l -> /etc");
    assertThat(failure(new TarMaker().file("index.ts", "\nlet x = ;")))
        .contains("index.ts:2:8")
        .contains("Unexpected \";\"");
    assertThat(failure(new TarMaker().file("index.ts", "export const a = 1;")))
        .startsWith("No workflow is exported");
    assertThat(
            failure(
                new TarMaker()
                    .file("index.ts", "export {}")
                    .file(
                        "package.json",
                        "{\"dependencies\":{\"this-package-is-not-there-0x\":\"1.0.0\"}}")))
        .startsWith("The dependencies could not be installed:\nnpm ")
        .contains("this-package-is-not-there-0x");
    String twins =
        "const w = () => ({ %s, name: 'twin', async run() {} });\n".formatted(MARK)
            + "export const a = w();\nexport const b = w();\n";
    assertThat(failure(new TarMaker().file("index.ts", twins)))
        .isEqualTo("Two workflows have the name \"twin\"");
    TarMaker many = new TarMaker();
    for (int i = 0; i <= 20_000; i++) {
      many.file("f" + i, "");
    }
    assertThat(failure(many)).isEqualTo("The archive has more than 20000 files.");
    byte[] whole = new TarMaker().file("index.ts", twins).bytes();
    assertThat(client.failure(Arrays.copyOf(whole, whole.length / 2), "index.ts"))
        .isEqualTo("The gzip file ends too early.");
    assertThat(client.failure("not gzip".getBytes(StandardCharsets.UTF_8), "index.ts"))
        .startsWith("The source is not a gzip file");
    assertThat(client.failure(gzip("no tar".repeat(200)), "index.ts"))
        .startsWith("The archive is not a tar file, or damaged");
  }

  private String failure(TarMaker tar) {
    return client.failure(tar.bytes(), "index.ts");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** A job that waits keeps the deployment that it was made for; the next one gets the new one. */
  @Test
  void aNewDeploymentTakesOverNewJobsAtOnceAndLeavesQueuedOnesTheirs() {
    JsonNode first = client.deployWorkflow("serve", "", "return 'first';");
    JobTable.limit(api.tenant(), 0, null);
    String queued = client.create("workflow", "serve");
    JsonNode second = client.deployWorkflow("serve", "", "return 'second';");
    String fresh = client.create("workflow", "serve");
    JobTable.limit(api.tenant(), null, null);

    JsonNode old = client.ended(queued);
    assertThat(old.path("result").asText()).isEqualTo("first");
    assertThat(old.path("deployment_id")).isEqualTo(first.path("id"));
    assertThat(old.path("deployment_version").asInt()).isEqualTo(1);
    JsonNode next = client.ended(fresh);
    assertThat(next.path("result").asText()).isEqualTo("second");
    assertThat(next.path("deployment_id")).isEqualTo(second.path("id"));
    assertThat(next.path("deployment_version").asInt()).isEqualTo(2);
  }

  @Test
  void numbersOfAnyLengthComeOutAsTheyWentIn() {
    client.deployWorkflow("numbers", "", "return { same: input.id, list: [input.id, 1.5] };");
    String body = "{\"json\":{\"workflow\":\"numbers\",\"params\":{\"id\":12345678901234567890}}}";
    String job = Api.body(api.raw("jobs/create", body)).path("job_id").asText();
    client.ended(job);
    assertThat(api.call("jobs/get", "id", job).body())
        .contains("\"params\":{\"id\":12345678901234567890}")
        .contains("\"result\":{\"same\":12345678901234567890,\"list\":[12345678901234567890,1.5]}");
  }

  /** The executor's program dies with the build in it: as kill -9 of it does. */
  @Test
  void aBuildThatWasKilledIsDoneAgainAndReadyOnce() {
    TarMaker slow =
        new TarMaker()
            .file("package.json", "{\"type\":\"module\"}")
            .file(
                "index.js",
                "await new Promise((done) => setTimeout(done, 3000));\n"
                    + "export const one = { %s, name: 'slow', async run() { return 1; } };"
                        .formatted(RealApi.MARK));
    String id = client.upload(slow.bytes(), "index.js");
    UUID deployment = UUID.fromString(id);
    ProcessHandle inspection =
        Eventually.present(Duration.ofMinutes(1), "the build", RealBuildIT::inspection);
    ProcessHandle host =
        Stream.iterate(inspection, process -> process.parent().orElseThrow())
            .filter(process -> process.info().commandLine().orElse("").contains("host/main.mjs"))
            .findFirst()
            .orElseThrow();
    host.destroyForcibly();

    assertThat(client.built(id).path("status").asText()).isEqualTo("ready");
    assertThat(JobTable.number("SELECT attempt FROM deployment WHERE id = ?", deployment))
        .isEqualTo(2);
    assertThat(
            JobTable.number(
                "SELECT count(*) FROM workflow_version WHERE deployment_id = ?", deployment))
        .isEqualTo(1);
    assertThat(client.run("slow", Map.of()).path("result").asInt()).isEqualTo(1);
    Eventually.isTrue("the first build's processes are gone", () -> !inspection.isAlive());
  }

  private static Optional<ProcessHandle> inspection() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains("worker/inspect.mjs"))
        .filter(process -> process.children().findAny().isEmpty())
        .findFirst();
  }
}
