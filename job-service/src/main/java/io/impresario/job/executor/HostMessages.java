package io.impresario.job.executor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.impresario.events.spec.BrowserOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The host's protocol: one JSON object a line, as the program's {@code
 * protocol/messages.schema.json} describes it.
 */
final class HostMessages {
  /** A record is read from what else is in a message, too: a workflow and its browser. */
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private HostMessages() {}

  static ObjectNode message(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  /** {@code cancel} and {@code kill}. */
  static ObjectNode ofRun(String type, String run) {
    return message(type).put("run", run);
  }

  static ObjectNode taken(String run, long seq) {
    return ofRun("taken", run).put("seq", seq);
  }

  static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode configure(
      ExecutorConfig config,
      Path dataDirectory,
      @Nullable ProxyServer warmProxy,
      List<String> ownAddresses) {
    ObjectNode message = message("configure");
    message.put("dataDirectory", dataDirectory.toString());
    message.put("chromiumPath", config.chromiumPath().map(Path::toString).orElse(null));
    message.put("warmSlots", config.warmSlots());
    proxy(message, "warmProxy", warmProxy);
    message.put("startupTimeoutMs", config.startupTimeout().toMillis());
    message.put("memoryLimitMiB", config.memoryLimitMib());
    message.put("maxProcesses", config.maxProcesses());
    message.put("tmpLimitMiB", config.tmpLimitMib());
    message.put("buildConcurrency", config.build().concurrency());
    message.put("buildTimeoutMs", config.build().timeout().toMillis());
    message.put("bundleLimitMiB", config.build().bundleLimitMib());
    message.put("packageCacheMiB", config.build().packageCacheMib());
    message.put("unlockedMaxAgeMs", config.build().unlockedMaxAge().toMillis());
    ArrayNode scripts = message.putArray("installScripts");
    config.build().installScripts().orElse(List.of()).forEach(scripts::add);
    message.put("silenceLimitMs", config.silenceLimit().toMillis());
    ArrayNode closed = message.putArray("protectedAddresses");
    Stream.concat(config.protectedAddresses().stream(), ownAddresses.stream()).forEach(closed::add);
    return message.put("sandbox", config.sandbox().wire());
  }

  static ObjectNode run(String run, RunRequest request) {
    ObjectNode message = message("run").put("run", run);
    message
        .putObject("bundle")
        .put("directory", request.bundle().directory().toString())
        .put("entry", request.bundle().entry());
    message.put("workflow", request.workflow());
    message.put("input", request.input());
    message.put("session", request.session());
    message.set("browser", JSON.valueToTree(request.browser().orElse(BrowserOptions.DEFAULTS)));
    proxy(message, "proxy", request.proxy());
    message.put("artifacts", request.artifacts().toString());
    return message.put("timeoutMs", request.timeout().toMillis());
  }

  private static void proxy(ObjectNode message, String field, @Nullable ProxyServer proxy) {
    if (proxy == null) {
      message.putNull(field);
      return;
    }
    message
        .putObject(field)
        .put("server", proxy.server())
        .put("username", proxy.username())
        .put("password", proxy.password());
  }

  static ObjectNode build(String build, BuildRequest request) {
    return message("build")
        .put("build", build)
        .put("tenant", request.tenant())
        .put("directory", request.directory().toString())
        .put("entryPoint", request.entryPoint());
  }

  /** What keeps a host from running jobs, by its message {@code configured}. */
  static Optional<String> obstacle(JsonNode configured) {
    return configured.path("chromium").isNull() && configured.path("headlessShell").isNull()
        ? Optional.of(
            "No Chromium is installed on this machine: install one, or set"
                + " impresario.executor.chromium-path")
        : Optional.empty();
  }

  static RunListener.Line line(JsonNode message) {
    return new RunListener.Line(
        message.path("seq").asLong(),
        RunListener.Line.Level.valueOf(upper(message.path("level"))),
        RunListener.Line.Source.valueOf(upper(message.path("source"))),
        message.path("message").asText(),
        Instant.ofEpochMilli(message.path("at").asLong()));
  }

  static RunListener.Artifact artifact(JsonNode message) {
    return new RunListener.Artifact(
        RunListener.Artifact.Kind.valueOf(upper(message.path("kind"))),
        Path.of(message.path("file").asText()));
  }

  static RunOutcome.Failed failed(JsonNode message) {
    return new RunOutcome.Failed(
        RunOutcome.FailureKind.valueOf(upper(message.path("kind"))),
        message.path("error").asText(),
        text(message, "stack"));
  }

  static BuildOutcome.Built built(JsonNode message) {
    List<BuildOutcome.FoundWorkflow> workflows = new ArrayList<>();
    message.path("workflows").forEach(workflow -> workflows.add(workflow(workflow)));
    return new BuildOutcome.Built(message.path("entry").asText(), workflows, notes(message));
  }

  static BuildOutcome.Rejected rejected(JsonNode message) {
    return new BuildOutcome.Rejected(message.path("error").asText(), notes(message));
  }

  private static BuildOutcome.Notes notes(JsonNode message) {
    List<String> warnings = new ArrayList<>();
    message.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    return new BuildOutcome.Notes(message.path("log").asText(), warnings);
  }

  private static BuildOutcome.FoundWorkflow workflow(JsonNode found) {
    List<String> credentials = new ArrayList<>();
    found.path("credentialNames").forEach(name -> credentials.add(name.asText()));
    return new BuildOutcome.FoundWorkflow(
        found.path("name").asText(),
        credentials,
        json(found, "inputSchema"),
        json(found, "outputSchema"),
        text(found, "authProfileName"),
        JSON.convertValue(found, BrowserOptions.class),
        text(found, "sourceFile"));
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.asText() : null;
  }

  private static @Nullable String json(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isObject() || value.isBoolean() ? value.toString() : null;
  }

  private static String upper(JsonNode value) {
    return value.asText().toUpperCase(Locale.ROOT);
  }
}
