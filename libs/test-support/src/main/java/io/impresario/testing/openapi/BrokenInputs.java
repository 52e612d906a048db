package io.impresario.testing.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** For each rule of an input's schema, an input that breaks it, and the issue that it must earn. */
public final class BrokenInputs {
  /**
   * An input that breaks one rule.
   *
   * @param path where the issue must be, as JSON
   */
  public record Broken(String rule, JsonNode input, ArrayNode path, String code) {}

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ApiDescription api;
  private final ValidInputs valid;

  public BrokenInputs(ApiDescription api, ValidInputs valid) {
    this.api = api;
    this.valid = valid;
  }

  public List<Broken> of(Operation operation) {
    Schema schema = Schema.of(api, api.document().at(operation.inputPointer().orElseThrow()));
    return new Walk(operation).ofObject(schema, JSON.arrayNode(), input -> input).toList();
  }

  /** Puts what breaks a rule of an inner value into a whole input that is valid otherwise. */
  private interface Wrapping extends Function<JsonNode, JsonNode> {}

  private final class Walk {
    private final Operation operation;

    Walk(Operation operation) {
      this.operation = operation;
    }

    private Stream<Broken> ofObject(Schema schema, ArrayNode path, Wrapping wrap) {
      List<Broken> broken = new ArrayList<>();
      for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
        String name = property.getKey();
        ArrayNode at = path.deepCopy().add(name);
        Wrapping inside = value -> wrap.apply(base(schema).set(name, value));
        if (schema.requires(name)) {
          broken.add(
              new Broken("required", wrap.apply(base(schema).without(name)), at, "invalid_type"));
        }
        ofValue(property.getValue(), at, inside).forEach(broken::add);
      }
      schema.node().path("dependentRequired").properties().stream()
          .flatMap(rule -> ofDependence(schema, rule, path, wrap))
          .forEach(broken::add);
      for (JsonNode example : schema.values("x-invalid")) {
        ObjectNode input = base(schema).setAll((ObjectNode) example.path("value"));
        broken.add(new Broken("x-invalid", wrap.apply(input), path(path, example), code(example)));
      }
      return broken.stream();
    }

    private Stream<Broken> ofDependence(
        Schema schema, Map.Entry<String, JsonNode> rule, ArrayNode path, Wrapping wrap) {
      String name = rule.getKey();
      ObjectNode input = base(schema);
      input.set(name, valid.sample(operation, schema.property(name)));
      return Stream.of(
          new Broken(
              "dependentRequired",
              wrap.apply(input),
              path.deepCopy().add(rule.getValue().path(0).asText()),
              "custom"));
    }

    private Stream<Broken> ofValue(Schema given, ArrayNode path, Wrapping wrap) {
      Schema schema = given.withoutNull();
      List<Broken> broken = new ArrayList<>();
      Rules rules =
          (rule, value, code) -> broken.add(new Broken(rule, wrap.apply(value), path, code));
      if (!given.acceptsNull()) {
        rules.broken("null", NullNode.instance, "invalid_type");
      }
      rules.broken("type", anotherType(schema.type()), "invalid_type");
      switch (schema.type()) {
        case "string" -> ofString(schema, rules);
        case "integer" -> ofInteger(schema, rules);
        case "array" -> ofArray(schema, path, wrap, rules).forEach(broken::add);
        case "object" -> {
          schema
              .number("x-max-bytes")
              .ifPresent(max -> rules.broken("x-max-bytes", objectOf(max), "too_big"));
          ofObject(schema, path, wrap).forEach(broken::add);
        }
        default -> {}
      }
      if (!schema.type().equals("object")) {
        for (JsonNode example : schema.values("x-invalid")) {
          rules.broken("x-invalid", example.path("value"), code(example));
        }
      }
      return broken.stream();
    }

    private Stream<Broken> ofArray(Schema schema, ArrayNode path, Wrapping wrap, Rules rules) {
      JsonNode item = valid.sample(operation, schema.items());
      schema
          .number("minItems")
          .ifPresent(
              min ->
                  rules.broken(
                      "minItems", JSON.arrayNode(), schema.issue("minItems", "too_small")));
      schema
          .number("maxItems")
          .ifPresent(max -> rules.broken("maxItems", arrayOf(max + 1, item), "too_big"));
      Wrapping inside = value -> wrap.apply(JSON.arrayNode().add(value));
      return ofValue(schema.items(), path.deepCopy().add(0), inside);
    }

    private ObjectNode base(Schema schema) {
      return valid.smallest(operation, schema);
    }
  }

  private interface Rules {
    void broken(String rule, JsonNode value, String code);
  }

  private static void ofString(Schema schema, Rules rules) {
    schema
        .number("minLength")
        .filter(min -> min > 0)
        .ifPresent(min -> rules.broken("minLength", textOf(min - 1), "too_small"));
    schema
        .number("maxLength")
        .ifPresent(max -> rules.broken("maxLength", textOf(max + 1), "too_big"));
    if (schema.node().has("pattern")) {
      rules.broken("pattern", JSON.textNode("~"), schema.issue("pattern", "invalid_string"));
    }
    if (schema.node().has("enum")) {
      rules.broken("enum", JSON.textNode("none of them"), "invalid_enum_value");
    }
    if (schema.node().has("format")) {
      rules.broken("format", JSON.textNode("of no format"), "invalid_string");
    }
  }

  private static void ofInteger(Schema schema, Rules rules) {
    rules.broken(
        "whole number", JSON.numberNode(schema.number("minimum").orElse(0) + 0.5), "invalid_type");
    schema
        .number("minimum")
        .ifPresent(min -> rules.broken("minimum", JSON.numberNode(min - 1L), "too_small"));
    schema
        .number("maximum")
        .ifPresent(max -> rules.broken("maximum", JSON.numberNode(max + 1L), "too_big"));
  }

  private static JsonNode anotherType(String type) {
    return type.equals("string") ? JSON.numberNode(7) : JSON.textNode("of another type");
  }

  private static JsonNode textOf(int length) {
    return JSON.textNode("a".repeat(length));
  }

  private static JsonNode objectOf(int bytes) {
    return JSON.objectNode().put("text", "a".repeat(bytes));
  }

  private static ArrayNode arrayOf(int size, JsonNode item) {
    ArrayNode array = JSON.arrayNode();
    for (int i = 0; i < size; i++) {
      array.add(item);
    }
    return array;
  }

  private static ArrayNode path(ArrayNode path, JsonNode example) {
    return path.deepCopy().addAll((ArrayNode) example.path("path"));
  }

  private static String code(JsonNode example) {
    return example.path("code").asText();
  }
}
