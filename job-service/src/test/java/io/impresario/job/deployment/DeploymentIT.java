package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.Viewport;
import io.impresario.job.Api;
import io.impresario.job.DataDirectory;
import io.impresario.job.archive.Packing;
import io.impresario.job.archive.TarMaker;
import io.impresario.job.bundle.ArchiveChunks;
import io.impresario.job.bundle.ArchiveKind;
import io.impresario.job.bundle.BundleCache;
import io.impresario.job.deployment.BuildQueue.Claim;
import io.impresario.job.executor.BuildOutcome;
import io.impresario.job.executor.ExecutorHost;
import io.impresario.job.workflow.WorkflowCatalog;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads, claims and publications on real PostgreSQL, with builds that the test does itself. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
@SuppressWarnings("NullAway.Init")
class DeploymentIT {
  private static final BuildOutcome.Notes NOTES =
      new BuildOutcome.Notes("a line", List.of("left out"));

  @InjectServers TestServers servers;
  @Inject BuildQueue queue;
  @Inject BuildConfig config;
  @Inject BundleCache cache;
  @Inject ExecutorHost executor;
  @Inject DataDirectory data;
  @Inject ArchiveChunks chunks;
  private static final BrowserOptions BROWSER =
      new BrowserOptions(null, "https://example.com/", null, new Viewport(800, 600));

  @Inject WorkflowCatalog catalog;
  @Inject Pool pool;
  @TempDir Path temp;

  private final Api api = Api.newTenant();
  private final UUID builder = UUID.randomUUID();

  /** What other tests left to build would be claimed here. */
  @BeforeEach
  void nothingToBuild() throws SQLException {
    execute("DELETE FROM deployment WHERE status = 'building'");
  }

  @Test
  void anUploadIsBuildingAndShowsItself() {
    JsonNode created =
        api.ok(
            "deployments/create",
            "source",
            source("x"),
            "description",
            "first",
            "credential_id",
            "?");
    assertThat(created.path("status").asText()).isEqualTo("building");
    JsonNode synced = sync(created.path("deployment_id").asText());
    assertThat(synced.fieldNames())
        .toIterable()
        .containsExactly(
            "id",
            "deployment_id",
            "description",
            "status",
            "source_path",
            "bundle_path",
            "build_error",
            "build_log",
            "warnings",
            "entry_point",
            "built_at",
            "created_at",
            "workflows");
    assertThat(synced.path("status").asText()).isEqualTo("building");
    assertThat(synced.path("description").asText()).isEqualTo("first");
    assertThat(synced.path("entry_point").asText()).isEqualTo("index.ts");
    assertThat(synced.path("created_at")).isEqualTo(created.path("created_at"));
    assertThat(synced.path("built_at").isNull()).isTrue();
    JsonNode builds = api.ok("workflows/list").path("in_progress_builds");
    assertThat(builds.get(0).path("build_id")).isEqualTo(created.path("deployment_id"));
  }

  @Test
  void saysThatNothingIsRepaired() {
    HttpResponse<String> created =
        api.call("deployments/create", "source", source("x"), "auto_repair", true);
    assertThat(created.statusCode()).isEqualTo(200);
    assertThat(created.headers().firstValue("x-impresario-warnings"))
        .hasValueSatisfying(warnings -> assertThat(warnings).contains("'auto_repair'"));
  }

  /** 42 MiB are 56 MiB of base64, near the most that a request may have. */
  @Test
  void aLargeSourceComesOutOfTheDatabaseAsItWentIn() throws IOException {
    byte[] random = new byte[42 << 20];
    new Random(3).nextBytes(random);
    byte[] archive = new TarMaker().file("index.ts", random, 0644).bytes();
    JsonNode created =
        api.ok("deployments/create", "source", Base64.getEncoder().encodeToString(archive));
    UUID id = UUID.fromString(created.path("deployment_id").asText());
    Path stored = temp.resolve("source.tar.gz");
    assertThat(await(chunks.fetch(id, ArchiveKind.SOURCE, stored))).isTrue();
    assertThat(Files.mismatch(stored, Files.write(temp.resolve("sent"), archive))).isEqualTo(-1);
  }

  @Test
  void aBundleComesOutOfTheDatabaseAsItWasBuilt() {
    deploy();
    Claim claim = claim();
    finish(claim, "w");
    Path stored = await(cache.ensure(claim.deployment())).directory();
    assertThat(stored.resolve("index.ts")).hasContent("x");
  }

  @Test
  void brokenBase64FailsTheBuildAtOnce() {
    JsonNode created = api.ok("deployments/create", "source", "***");
    assertThat(created.path("status").asText()).isEqualTo("building");
    JsonNode synced = sync(created.path("deployment_id").asText());
    assertThat(synced.path("status").asText()).isEqualTo("failed");
    assertThat(synced.path("build_error").asText()).startsWith("The source is not valid base64");
  }

  @Test
  void namesEveryBrokenRule() {
    assertThat(api.error(400, "deployments/create").path("data").path("issues")).hasSize(1);
    for (String path : List.of("/etc/x.ts", "../x.ts", "a/../x.ts", "a\\x.ts")) {
      JsonNode error =
          api.error(400, "deployments/create", "source", source("x"), "entry_point", path);
      assertThat(error.path("data").path("issues").get(0).path("path").get(0).asText())
          .isEqualTo("entry_point");
    }
    assertThat(api.raw("deployments/create", "{").statusCode()).isEqualTo(400);
    api.error(404, "deployments/sync", "id", UUID.randomUUID());
    api.error(400, "deployments/list", "limit", 0);
  }

  @Test
  void readyAndItsWorkflowsAppearTogetherAndServeNewJobs() {
    String id = deploy();
    Claim claim = claim();
    await(queue.announce(claim, List.of("shop", "cart")));
    assertThat(resolve("shop")).isEqualTo(new WorkflowCatalog.NotReady(UUID.fromString(id)));
    finish(claim, "shop", "cart");

    JsonNode synced = sync(id);
    assertThat(synced.path("status").asText()).isEqualTo("ready");
    assertThat(synced.path("workflows")).hasToString("[\"cart\",\"shop\"]");
    assertThat(resolve("shop"))
        .isInstanceOfSatisfying(
            WorkflowCatalog.Serving.class,
            serving -> {
              assertThat(serving.version()).isEqualTo(1);
              assertThat(serving.credentialNames()).containsExactly("token");
              assertThat(serving.browser()).isEqualTo(BROWSER);
            });
    JsonNode workflow = api.ok("workflows/get", "workflow", "shop");
    assertThat(workflow.path("deployment_id").asText()).isEqualTo(id);
    assertThat(workflow.path("input_schema").path("type").asText()).isEqualTo("object");
    assertThat(workflow.path("output_schema").isNull()).isTrue();
    assertThat(api.ok("workflows/list").path("deployed_workflows")).hasSize(2);
    assertThat(api.ok("workflows/list").path("in_progress_builds")).isEmpty();
  }

  @Test
  void theNewestDeploymentServesAndVersionsCount() {
    deploy();
    finish(claim(), "shop");
    String second = deploy();
    finish(claim(), "shop");
    assertThat(resolve("shop"))
        .isInstanceOfSatisfying(
            WorkflowCatalog.Serving.class,
            serving -> {
              assertThat(serving.version()).isEqualTo(2);
              assertThat(serving.deploymentId()).hasToString(second);
            });
  }

  @Test
  void anOlderDeploymentThatIsReadyLaterDoesNotTakeOver() throws SQLException {
    deploy();
    Claim older = claim();
    execute("UPDATE deployment SET lease_until = now() WHERE id = '" + older.deployment() + "'");
    String newer = deploy();
    execute(
        "UPDATE deployment SET lease_until = now() + interval '1 minute', builder ="
            + " gen_random_uuid(), attempt = 1 WHERE id = '"
            + newer
            + "'");
    finish(new Claim(UUID.fromString(newer), api.tenant(), "index.ts", 1, madeAt(newer)), "shop");
    finish(older, "shop");
    assertThat(resolve("shop"))
        .isInstanceOfSatisfying(
            WorkflowCatalog.Serving.class,
            serving -> {
              assertThat(serving.deploymentId()).hasToString(newer);
              assertThat(serving.version()).isEqualTo(1);
            });
  }

  @Test
  void aBuilderThatLostItsLeaseWritesNothing() throws SQLException {
    String id = deploy();
    Claim lost = claim();
    execute("UPDATE deployment SET lease_until = now() WHERE id = '" + id + "'");
    Claim taken = claim();
    assertThat(taken.attempt()).isEqualTo(2);

    assertThat(await(queue.fail(lost, "late", NOTES))).isFalse();
    assertThat(await(queue.finish(lost, bundle(), built("shop")))).isFalse();
    assertThat(sync(id).path("status").asText()).isEqualTo("building");
    assertThat(resolve("shop")).isInstanceOf(WorkflowCatalog.Unknown.class);
    finish(taken, "shop");
    assertThat(sync(id).path("status").asText()).isEqualTo("ready");
  }

  @Test
  void whatABuildNotesIsShownAlsoWhenItSucceeds() {
    String ready = deploy();
    finish(claim(), "shop");
    String failed = deploy();
    assertThat(await(queue.fail(claim(), "broken", NOTES))).isTrue();

    for (String id : List.of(ready, failed)) {
      assertThat(sync(id).path("build_log").asText()).isEqualTo("a line");
      assertThat(sync(id).path("warnings")).hasToString("[\"left out\"]");
    }
    JsonNode listed = api.ok("deployments/list").path("deployments").get(0);
    assertThat(listed.path("warnings")).hasToString("[\"left out\"]");
    assertThat(listed.path("build_log").isNull()).isTrue();
  }

  @Test
  void aBuildThatTakesTooLongFailsAndFreesItsPlace() {
    DeploymentBuild endless =
        new DeploymentBuild(queue, chunks, executor, data, config) {
          @Override
          Uni<Result> run(Claim claim) {
            return Uni.createFrom().nothing();
          }
        };
    Builder impatient =
        new Builder(queue, endless, BuildSettings.withTimeLimit("1s"), new BuildSignal());
    for (String id : List.of(deploy(), deploy())) {
      await(impatient.sweep());
      Eventually.passes(
          () -> {
            await(impatient.sweep());
            assertThat(sync(id).path("status").asText()).isEqualTo("failed");
          });
      assertThat(sync(id).path("build_error").asText())
          .isEqualTo("The build took longer than 1 seconds.");
    }
  }

  @Test
  void tenantsTakeTurnsAndOneBuildsOneAtATime() {
    for (int i = 0; i < 3; i++) {
      deploy();
    }
    Api other = Api.newTenant();
    other.ok("deployments/create", "source", source("x"));

    Set<UUID> first = new HashSet<>(List.of(claim().tenant(), claim().tenant()));
    assertThat(first).containsExactlyInAnyOrder(api.tenant(), other.tenant());
    assertThat(await(queue.claim(builder, config))).isEmpty();
  }

  @Test
  void keepsTenantsApart() {
    String id = deploy();
    finish(claim(), "shop");
    Api other = Api.newTenant();
    other.error(404, "deployments/sync", "id", id);
    other.error(404, "workflows/get", "workflow", "shop");
    other.error(404, "workflows/delete", "workflow", "shop");
    assertThat(other.ok("deployments/list").path("deployments")).isEmpty();
    assertThat(other.ok("workflows/list").path("deployed_workflows")).isEmpty();
    WorkflowCatalog.Resolution foreign =
        await(pool.withConnection(tx -> catalog.resolve(tx, other.tenant(), "shop")));
    assertThat(foreign).isInstanceOf(WorkflowCatalog.Unknown.class);

    other.ok("deployments/create", "source", source("x"));
    finish(claim(), "shop");
    assertThat(other.ok("workflows/get", "workflow", "shop").path("deployment_id").asText())
        .isNotEqualTo(id);
    assertThat(api.ok("workflows/get", "workflow", "shop").path("deployment_id").asText())
        .isEqualTo(id);
  }

  @Test
  void aDeletedWorkflowStartsAnewAtVersionOne() {
    deploy();
    finish(claim(), "shop");
    api.ok("workflows/delete", "workflow", "shop");
    api.error(404, "workflows/delete", "workflow", "shop");
    assertThat(resolve("shop")).isInstanceOf(WorkflowCatalog.Unknown.class);
    deploy();
    finish(claim(), "shop");
    assertThat(resolve("shop"))
        .isInstanceOfSatisfying(
            WorkflowCatalog.Serving.class, serving -> assertThat(serving.version()).isEqualTo(1));
  }

  @Test
  void listsNewestFirstInPages() {
    List<String> made = List.of(deploy(), deploy(), deploy());
    JsonNode first = api.ok("deployments/list", "limit", 2);
    JsonNode second =
        api.ok("deployments/list", "limit", 2, "cursor", first.path("next_cursor").asText());
    assertThat(first.path("deployments").findValuesAsText("id"))
        .containsExactly(made.get(2), made.get(1));
    assertThat(second.path("deployments").findValuesAsText("id")).containsExactly(made.get(0));
    assertThat(second.path("next_cursor").isNull()).isTrue();
  }

  private String deploy() {
    return api.ok("deployments/create", "source", source("x")).path("deployment_id").asText();
  }

  private JsonNode sync(String id) {
    return api.ok("deployments/sync", "id", id);
  }

  private Claim claim() {
    return await(queue.claim(builder, config)).orElseThrow();
  }

  private void finish(Claim claim, String... names) {
    assertThat(await(queue.finish(claim, bundle(), built(names)))).isTrue();
  }

  private static BuildOutcome.Built built(String... names) {
    return new BuildOutcome.Built("index.js", found(names), NOTES);
  }

  private static List<BuildOutcome.FoundWorkflow> found(String... names) {
    return List.of(names).stream()
        .map(
            name ->
                new BuildOutcome.FoundWorkflow(
                    name,
                    List.of("token"),
                    "{\"type\":\"object\"}",
                    null,
                    null,
                    BROWSER,
                    "index.ts"))
        .toList();
  }

  private Path bundle() {
    try {
      Path tree = Files.createDirectories(temp.resolve("tree"));
      Files.writeString(tree.resolve("index.ts"), "x");
      Path file = temp.resolve("bundle.tgz");
      Packing.pack(tree, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WorkflowCatalog.Resolution resolve(String name) {
    return await(pool.withConnection(tx -> catalog.resolve(tx, api.tenant(), name)));
  }

  private OffsetDateTime madeAt(String id) {
    return OffsetDateTime.parse(sync(id).path("created_at").asText());
  }

  private static String source(String text) {
    return Base64.getEncoder().encodeToString(new TarMaker().file("index.ts", text).bytes());
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Eventually.LIMIT);
  }

  private void execute(String statement) throws SQLException {
    try (Connection connection = servers.connect("job");
        Statement update = connection.createStatement()) {
      update.execute(statement);
    }
  }
}
