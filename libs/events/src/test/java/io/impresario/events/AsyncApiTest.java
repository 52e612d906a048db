package io.impresario.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The published description says what the records and the golden samples say. */
class AsyncApiTest {
  private static final Path DOCUMENT = Path.of("../../docs/events.asyncapi.yaml");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SnakeCaseStrategy SNAKE_CASE = new SnakeCaseStrategy();

  private final JsonNode document = read();

  private static JsonNode read() {
    try (InputStream in = Files.newInputStream(DOCUMENT)) {
      return JSON.valueToTree(new Yaml().<Object>load(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<EventType<?>> types() {
    return EventType.ALL.stream();
  }

  private JsonNode message(EventType<?> type) {
    return StreamSupport.stream(document.get("channels").spliterator(), false)
        .filter(channel -> channel.get("address").asText().equals(type.topic()))
        .map(channel -> follow(channel.get("messages").elements().next()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no channel for " + type.topic()));
  }

  private JsonNode follow(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static List<String> names(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<String> components(Class<?> record, boolean requiredOnly) {
    return Arrays.stream(record.getRecordComponents())
        .filter(component -> !requiredOnly || isRequired(component))
        .map(component -> SNAKE_CASE.translate(component.getName()))
        .toList();
  }

  private static boolean isRequired(RecordComponent component) {
    return Arrays.stream(component.getAnnotatedType().getAnnotations())
        .noneMatch(a -> a.annotationType().getSimpleName().equals("Nullable"));
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyFieldIsDescribed(EventType<?> type) {
    JsonNode message = message(type);
    assertThat(message.get("name").asText()).isEqualTo(type.ceType());
    assertDescribes(type.toString(), follow(message.get("payload")), type.record());
  }

  private void assertDescribes(String path, JsonNode schema, Class<?> record) {
    assertThat(schema.get("properties").fieldNames())
        .toIterable()
        .as(path)
        .containsExactlyElementsOf(components(record, false));
    assertThat(names(schema.get("required")))
        .as(path)
        .containsExactlyElementsOf(components(record, true));
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.getType().isRecord() && component.getType() != JsonText.class) {
        String name = SNAKE_CASE.translate(component.getName());
        JsonNode inner = follow(schema.get("properties").get(name));
        assertDescribes(path + "." + name, inner, component.getType());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void theGoldenSampleFits(EventType<?> type) throws IOException {
    JsonNode payload = follow(message(type).get("payload"));
    try (InputStream in = AsyncApiTest.class.getResourceAsStream("/golden/" + type + ".json")) {
      assertFits(type.toString(), payload, JSON.readTree(in));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  <T> void everyHeaderIsDescribed(EventType<T> type) throws IOException {
    UUID id = new UUID(1, 2);
    Map<String, String> headers =
        CloudEventHeaders.of(type, id.toString(), "test", Instant.EPOCH, id.toString(), id, "00-1");
    try (InputStream in = AsyncApiTest.class.getResourceAsStream("/golden/" + type + ".json")) {
      headers.putAll(type.attributes(EventCodec.decode(type, in.readAllBytes())));
    }
    JsonNode schema = follow(message(type).get("headers"));
    assertThat(described(schema).keySet()).containsExactlyInAnyOrderElementsOf(headers.keySet());
    described(schema)
        .forEach(
            (name, header) -> {
              if (header.has("enum")) {
                assertThat(names(header.get("enum"))).as(name).contains(headers.get(name));
              }
            });
  }

  /** Those of a schema and of what it is composed of. */
  private Map<String, JsonNode> described(JsonNode schema) {
    Map<String, JsonNode> properties = new TreeMap<>();
    schema
        .path("properties")
        .fields()
        .forEachRemaining(e -> properties.put(e.getKey(), e.getValue()));
    schema.path("allOf").forEach(part -> properties.putAll(described(follow(part))));
    return properties;
  }

  private void assertFits(String path, JsonNode schema, JsonNode value) {
    if (schema.has("enum")) {
      assertThat(names(schema.get("enum"))).as(path).contains(value.asText());
    }
    if (!schema.has("type")) {
      return;
    }
    switch (schema.get("type").asText()) {
      case "string" -> assertThat(value.isTextual()).as(path).isTrue();
      case "integer" -> assertThat(value.isIntegralNumber()).as(path).isTrue();
      case "boolean" -> assertThat(value.isBoolean()).as(path).isTrue();
      default -> assertObject(path, schema, value);
    }
  }

  private void assertObject(String path, JsonNode schema, JsonNode value) {
    assertThat(value.isObject()).as(path).isTrue();
    if (!schema.has("properties")) {
      return;
    }
    assertThat(value.fieldNames()).toIterable().containsAll(names(schema.path("required")));
    value
        .fieldNames()
        .forEachRemaining(
            name -> {
              assertThat(schema.get("properties").has(name)).as(path + "." + name).isTrue();
              JsonNode inner = follow(schema.get("properties").get(name));
              assertFits(path + "." + name, inner, value.get(name));
            });
  }
}
