package io.impresario.testing.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An OpenAPI 3.1 document whose references all point into itself. */
public final class ApiDescription {
  private static final String LOCATION = "https://impresario.example/openapi.json";
  private static final SchemaValidatorsConfig FORMATS_COUNT =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  private final JsonNode document;
  private final JsonSchemaFactory schemas;

  private ApiDescription(JsonNode document) {
    this.document = document;
    Map<String, String> only = Map.of(LOCATION, document.toString());
    this.schemas =
        JsonSchemaFactory.getInstance(
            VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(only)));
  }

  /** Finds docs/api/openapi.yaml in the checkout that the working directory is in. */
  public static ApiDescription ofCheckout() throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/api/openapi.yaml"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("not inside a checkout");
      }
    }
    return of(Files.readString(directory.resolve("docs/api/openapi.yaml")));
  }

  /** JSON is YAML too. */
  public static ApiDescription of(String yaml) throws IOException {
    return new ApiDescription(new YAMLMapper().readTree(yaml));
  }

  public JsonNode document() {
    return document;
  }

  public List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        operations.add(new Operation(this, path.getKey(), method.getKey(), method.getValue()));
      }
    }
    return operations;
  }

  /**
   * The node with whatever it refers to in place of its {@code $ref}; what stands beside it wins.
   */
  public JsonNode resolved(JsonNode node) {
    if (!node.has("$ref")) {
      return node;
    }
    ObjectNode whole = resolved(document.at(pointer(node.path("$ref").asText()))).deepCopy();
    node.properties().stream()
        .filter(member -> !member.getKey().equals("$ref"))
        .forEach(member -> whole.set(member.getKey(), member.getValue()));
    return whole;
  }

  /**
   * What is wrong with a value by the schema at this place of the document; empty when nothing is.
   */
  public List<String> problems(String schemaPointer, JsonNode value) {
    return schemas
        .getSchema(SchemaLocation.of(LOCATION + "#" + schemaPointer), FORMATS_COUNT)
        .validate(value)
        .stream()
        .map(ValidationMessage::toString)
        .sorted()
        .toList();
  }

  static JsonPointer pointer(String reference) {
    return JsonPointer.compile(reference.substring(1));
  }
}
