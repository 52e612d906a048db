package io.impresario.testing.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A schema with its references resolved, as far as inputs of this API need one. */
record Schema(ApiDescription api, JsonNode node) {
  static Schema of(ApiDescription api, JsonNode node) {
    return new Schema(api, api.resolved(node));
  }

  /** What is left of {@code anyOf: [{type: null}, …]}. */
  Schema withoutNull() {
    return node.has("anyOf") && !node.has("properties")
        ? stream("anyOf")
            .map(choice -> of(api, choice))
            .filter(choice -> !choice.types().equals(List.of("null")))
            .findFirst()
            .orElseThrow()
        : this;
  }

  boolean acceptsNull() {
    return types().contains("null")
        || stream("anyOf").anyMatch(choice -> of(api, choice).types().contains("null"));
  }

  /** Without {@code null}. */
  String type() {
    return types().stream().filter(type -> !type.equals("null")).findFirst().orElse("");
  }

  List<String> types() {
    List<String> types = new ArrayList<>();
    if (node.path("type").isTextual()) {
      types.add(node.path("type").asText());
    }
    node.path("type").forEach(type -> types.add(type.asText()));
    return types;
  }

  boolean requires(String property) {
    return stream("required").anyMatch(name -> name.asText().equals(property));
  }

  Map<String, Schema> properties() {
    Map<String, Schema> properties = new LinkedHashMap<>();
    node.path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), of(api, property.getValue())));
    return properties;
  }

  Schema property(String name) {
    return of(api, node.path("properties").path(name));
  }

  Schema items() {
    return of(api, node.path("items"));
  }

  List<JsonNode> values(String keyword) {
    return stream(keyword).toList();
  }

  Optional<Integer> number(String keyword) {
    return Optional.of(node.path(keyword)).filter(JsonNode::isInt).map(JsonNode::intValue);
  }

  String text(String keyword) {
    return node.path(keyword).asText();
  }

  /** The code of the issue of a broken keyword. */
  String issue(String keyword, String usual) {
    return node.path("x-issues").path(keyword).asText(usual);
  }

  private Stream<JsonNode> stream(String keyword) {
    return StreamSupport.stream(node.path(keyword).spliterator(), false);
  }
}
