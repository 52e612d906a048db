package io.impresario.job.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.Viewport;
import io.impresario.job.executor.BuildOutcome.FoundWorkflow;
import io.impresario.job.executor.RunListener.Artifact;
import io.impresario.job.executor.RunListener.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Java's side of the protocol against the schema that the Node program's side is made of. */
class HostMessagesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PROTOCOL = Path.of("executor/protocol");
  private static final JsonNode SCHEMA = read(PROTOCOL.resolve("messages.schema.json"));
  private static final Path DATA = Path.of("/data");

  @Test
  void everyMessageToTheHostIsInTheSchema() {
    Set<String> sent = new HashSet<>();
    for (ObjectNode message : messagesToTheHost()) {
      assertThat(schemaOf("HostInput").validate(message)).describedAs(message.toString()).isEmpty();
      sent.add(message.path("type").asText());
    }
    assertThat(sent).isEqualTo(types("HostInput"));
  }

  @Test
  void theSchemaRefusesWhatIsNotInIt() {
    ObjectNode message = HostMessages.message("cancel");

    assertThat(schemaOf("HostInput").validate(message)).isNotEmpty();
    message.put("run", "1").put("reason", "none");
    assertThat(schemaOf("HostInput").validate(message)).isNotEmpty();
  }

  @Test
  void everySampleOfTheHostsMessagesIsInTheSchema() {
    Set<String> heard = new HashSet<>();
    for (JsonNode sample : samples()) {
      assertThat(schemaOf("HostOutput").validate(sample)).describedAs(sample.toString()).isEmpty();
      heard.add(sample.path("type").asText());
    }
    assertThat(heard).isEqualTo(types("HostOutput"));
  }

  @Test
  void readsTheSamplesOfLines() {
    assertThat(samples("log").stream().map(HostMessages::line))
        .containsExactly(
            line(1, Line.Level.WARN, Line.Source.STDERR, "a line"),
            line(2, Line.Level.INFO, Line.Source.CONSOLE, ""),
            line(3, Line.Level.ERROR, Line.Source.EXECUTOR, "Workflow failed"),
            line(4, Line.Level.INFO, Line.Source.STDOUT, "two\nlines"));
    assertThat(Line.Level.values()).hasSize(definition("Level").path("enum").size());
    assertThat(Line.Source.values()).hasSize(definition("Source").path("enum").size());
  }

  @Test
  void readsTheSamplesOfArtifacts() {
    Path directory = Path.of("/data/artifacts/job");
    assertThat(samples("artifact").stream().map(HostMessages::artifact))
        .containsExactly(
            new Artifact(Artifact.Kind.SCREENSHOT, directory.resolve("screenshot.png")),
            new Artifact(Artifact.Kind.PAGE_HTML, directory.resolve("page.html")));
    assertThat(Artifact.Kind.values()).hasSize(definition("ArtifactKind").path("enum").size());
  }

  @Test
  void readsTheSamplesOfFailures() {
    List<RunOutcome.Failed> failures =
        samples("failed").stream().map(HostMessages::failed).toList();

    assertThat(failures).extracting(RunOutcome.Failed::kind).containsExactly(FAILURE_KINDS);
    assertThat(failures.get(0))
        .isEqualTo(
            new RunOutcome.Failed(
                RunOutcome.FailureKind.USER_ERROR,
                "too far",
                "RangeError: too far\n    at index.ts:1:1"));
    assertThat(failures.get(1).mappedStack()).isNull();
    assertThat(FAILURE_KINDS).hasSize(definition("FailureKind").path("enum").size());
  }

  @Test
  void readsTheSamplesOfBuilds() {
    List<BuildOutcome.Built> built = samples("built").stream().map(HostMessages::built).toList();

    assertThat(built)
        .containsExactly(
            new BuildOutcome.Built(
                "index.impresario.mjs",
                List.of(
                    new FoundWorkflow(
                        "plain", List.of(), null, null, null, BrowserOptions.NONE, null)),
                BuildOutcome.Notes.NONE),
            new BuildOutcome.Built(
                "index.mjs",
                List.of(
                    new FoundWorkflow(
                        "full",
                        List.of("site", "mail"),
                        "{\"type\":\"object\"}",
                        "true",
                        "shop",
                        new BrowserOptions(
                            null, "https://example.com/", false, new Viewport(800, 600)),
                        "src/full.ts")),
                new BuildOutcome.Notes(
                    "Installed 2 packages with npm",
                    List.of("The install scripts of sharp@0.34.0 did not run"))));
    assertThat(samples("rejected").stream().map(HostMessages::rejected))
        .containsExactly(
            new BuildOutcome.Rejected("The source does not compile", BuildOutcome.Notes.NONE));
  }

  @Test
  void notesAreBounded() {
    List<String> many = Collections.nCopies(60, "w".repeat(600));
    BuildOutcome.Notes notes = new BuildOutcome.Notes("l".repeat(70_000) + "\0", many);
    assertThat(notes.log()).hasSize(65_536).endsWith("l?");
    assertThat(notes.warnings()).hasSize(50).allMatch(warning -> warning.length() == 500);
    assertThat(notes.after(List.of("first")).warnings()).hasSize(50).startsWith("first");
  }

  private static final RunOutcome.FailureKind[] FAILURE_KINDS = RunOutcome.FailureKind.values();

  private static Line line(long seq, Line.Level level, Line.Source source, String message) {
    return new Line(seq, level, source, message, Instant.ofEpochMilli(1767225600000L + seq));
  }

  private static List<ObjectNode> messagesToTheHost() {
    ProxyServer proxy = new ProxyServer("http://proxy.example:8080", "user", null);
    List<ObjectNode> messages = new ArrayList<>();
    messages.add(HostMessages.configure(ExecutorHostIT.config(Map.of()), DATA, proxy, List.of()));
    messages.add(
        HostMessages.configure(
            ExecutorHostIT.config(
                Map.of(
                    "impresario.executor.chromium-path", "/opt/chrome",
                    "impresario.executor.sandbox", "require")),
            DATA,
            null,
            List.of("8080", "127.0.0.1:5432")));
    messages.add(HostMessages.run("1", request(BrowserOptions.DEFAULTS, null)));
    messages.add(
        HostMessages.run(
            "2",
            request(
                new BrowserOptions(false, "https://example.com/", true, new Viewport(800, 600)),
                proxy)));
    messages.add(HostMessages.build("3", new BuildRequest("tenant", DATA, "index.ts")));
    messages.add(HostMessages.message("alive"));
    messages.add(HostMessages.ofRun("cancel", "1"));
    messages.add(HostMessages.ofRun("kill", "1"));
    messages.add(HostMessages.taken("1", 7));
    return messages;
  }

  private static RunRequest request(BrowserOptions browser, @Nullable ProxyServer proxy) {
    return new RunRequest(
        new UUID(0, 1),
        1,
        new RunRequest.Bundle(DATA.resolve("bundle"), "index.mjs"),
        "main",
        "{\"n\":12345678901234567890}",
        "session",
        browser,
        proxy,
        DATA.resolve("artifacts"),
        Duration.ofHours(24));
  }

  private static JsonSchema schemaOf(String definition) {
    String id = SCHEMA.path("$id").asText();
    return JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            factory ->
                factory.schemaLoaders(loaders -> loaders.schemas(Map.of(id, SCHEMA.toString()))))
        .getSchema(SchemaLocation.of(id + "#/$defs/" + definition));
  }

  private static JsonNode definition(String name) {
    return SCHEMA.path("$defs").path(name);
  }

  private static Set<String> types(String union) {
    Set<String> types = new HashSet<>();
    for (JsonNode member : definition(union).path("oneOf")) {
      String name = member.path("$ref").asText().replaceFirst(".*/", "");
      types.add(definition(name).at("/properties/type/const").asText());
    }
    return types;
  }

  private static List<JsonNode> samples() {
    List<JsonNode> samples = new ArrayList<>();
    read(PROTOCOL.resolve("samples/host-output.json")).forEach(samples::add);
    return samples;
  }

  private static List<JsonNode> samples(String type) {
    return samples().stream().filter(sample -> sample.path("type").asText().equals(type)).toList();
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
