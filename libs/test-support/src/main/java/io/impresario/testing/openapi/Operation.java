package io.impresario.testing.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One method of one path of the document. */
public record Operation(ApiDescription api, String path, String method, JsonNode node) {
  public Operation {
    method = method.toUpperCase(Locale.ROOT);
  }

  /** The scope that an API key needs; {@code operator} for the admin key, empty for everybody. */
  public Optional<String> scope() {
    JsonNode requirement = node.path("security").path(0);
    if (requirement.has("adminKey")) {
      return Optional.of("operator");
    }
    return requirement.has("apiKey")
        ? Optional.of(requirement.path("apiKey").path(0).asText())
        : Optional.empty();
  }

  /** The paths that the template stands for: its parameters have enums. */
  public List<String> paths() {
    List<String> paths = new ArrayList<>(List.of(path));
    for (JsonNode parameter : node.path("parameters")) {
      JsonNode resolved = api.resolved(parameter);
      if (resolved.path("in").asText().equals("path")) {
        String name = "{" + resolved.path("name").asText() + "}";
        List<String> expanded = new ArrayList<>();
        for (JsonNode value : resolved.path("schema").path("enum")) {
          paths.forEach(template -> expanded.add(template.replace(name, value.asText())));
        }
        paths = expanded;
      }
    }
    return paths;
  }

  /** Whether input and answer stand in the envelope. */
  public boolean isEnveloped() {
    return path.startsWith("/v1/");
  }

  /** Where the schema of the input is; empty when the operation has no body. */
  public Optional<String> inputPointer() {
    String body = pointer() + "/requestBody/content/application~1json/schema";
    if (!node.has("requestBody")) {
      return Optional.empty();
    }
    return Optional.of(isEnveloped() ? body + "/properties/json" : body);
  }

  /** Where the schema of the whole body of an answer in JSON is; empty when there is none. */
  public Optional<String> answerPointer(int status) {
    JsonNode answer = node.path("responses").path(Integer.toString(status));
    String at = pointer() + "/responses/" + status;
    if (answer.has("$ref")) {
      at = answer.path("$ref").asText().substring(1);
      answer = api.document().at(at);
    }
    return answer.path("content").has("application/json")
        ? Optional.of(at + "/content/application~1json/schema")
        : Optional.empty();
  }

  public boolean documents(int status) {
    return node.path("responses").has(Integer.toString(status));
  }

  /** The headers that an answer must have. */
  public List<String> requiredHeaders(int status) {
    JsonNode answer = api.resolved(node.path("responses").path(Integer.toString(status)));
    return answer.path("headers").properties().stream()
        .filter(header -> api.resolved(header.getValue()).path("required").asBoolean())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The slugs that {@code data.reason} may have. */
  public List<String> reasons(int status) {
    List<String> slugs = new ArrayList<>();
    node.path("x-reasons").path(Integer.toString(status)).forEach(slug -> slugs.add(slug.asText()));
    return slugs;
  }

  private String pointer() {
    return "/paths/" + path.replace("/", "~1") + "/" + method.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
