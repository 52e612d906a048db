package io.impresario.testing.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Inputs that a schema accepts, at random but for the seed: required fields and some of the
 * optional ones, each an example, a bound or something between. Rules between fields are met by
 * trying again.
 */
public final class ValidInputs {
  private static final int TRIES = 1000;
  private static final int LONG_TEXT = 300;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ApiDescription api;
  private final LiveValues live;
  private final Random random;

  public ValidInputs(ApiDescription api, LiveValues live, long seed) {
    this.api = api;
    this.live = live;
    this.random = new Random(seed);
  }

  public JsonNode of(Operation operation) {
    String pointer = operation.inputPointer().orElseThrow();
    Schema schema = Schema.of(api, api.document().at(pointer));
    for (int i = 0; i < TRIES; i++) {
      JsonNode input = object(operation, schema);
      if (api.problems(pointer, input).isEmpty()) {
        return input;
      }
    }
    throw new IllegalStateException("found no valid input for " + operation);
  }

  /** The required fields only. */
  ObjectNode smallest(Operation operation, Schema schema) {
    ObjectNode object = JSON.objectNode();
    for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
      if (schema.requires(property.getKey())) {
        object.set(property.getKey(), value(operation, property.getKey(), property.getValue()));
      }
    }
    return object;
  }

  private ObjectNode object(Operation operation, Schema schema) {
    ObjectNode object = JSON.objectNode();
    for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
      if (schema.requires(property.getKey()) || random.nextInt(3) == 0) {
        JsonNode value = value(operation, property.getKey(), property.getValue());
        if (!value.isMissingNode()) {
          object.set(property.getKey(), value);
        }
      }
    }
    return object;
  }

  private JsonNode value(Operation operation, String property, Schema schema) {
    return live.value(operation, property).orElseGet(() -> sample(operation, schema));
  }

  /** Missing when nothing but the system itself knows a value, as for cursors. */
  JsonNode sample(Operation operation, Schema schema) {
    if (schema.acceptsNull() && random.nextInt(4) == 0) {
      return NullNode.instance;
    }
    Schema some = schema.withoutNull();
    if (some.node().has("enum")) {
      return oneOf(some.values("enum"));
    }
    if (some.node().has("x-invalid") && !some.type().equals("object")) {
      return some.node().has("examples") ? example(some) : MissingNode.getInstance();
    }
    return switch (some.type()) {
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "integer" -> JSON.numberNode(integer(some));
      case "array" -> array(operation, some);
      case "object" -> some.properties().isEmpty() ? example(some) : object(operation, some);
      default -> string(some);
    };
  }

  private JsonNode string(Schema schema) {
    if (schema.text("format").equals("uuid")) {
      return JSON.textNode(new UUID(random.nextLong(), random.nextLong()).toString());
    }
    boolean shaped = Stream.of("pattern", "format", "contentEncoding").anyMatch(schema.node()::has);
    if (shaped || schema.node().has("examples") && random.nextInt(3) == 0) {
      return example(schema);
    }
    int min = schema.number("minLength").orElse(0);
    int max = schema.number("maxLength").orElse(LONG_TEXT);
    return JSON.textNode("a".repeat(between(min, max)));
  }

  private int integer(Schema schema) {
    return between(
        schema.number("minimum").orElse(0), schema.number("maximum").orElse(Integer.MAX_VALUE));
  }

  private ArrayNode array(Operation operation, Schema schema) {
    ArrayNode array = JSON.arrayNode();
    int size = between(schema.number("minItems").orElse(0), schema.number("maxItems").orElse(3));
    for (int i = 0; i < size; i++) {
      array.add(sample(operation, schema.items()));
    }
    return array;
  }

  /** Either bound, or something between. */
  private int between(int min, int max) {
    return switch (random.nextInt(3)) {
      case 0 -> min;
      case 1 -> max;
      default -> (int) (min + Math.floorMod(random.nextLong(), (long) max - min + 1));
    };
  }

  private JsonNode example(Schema schema) {
    return oneOf(schema.values("examples"));
  }

  private JsonNode oneOf(List<JsonNode> values) {
    return values.get(random.nextInt(values.size()));
  }
}
