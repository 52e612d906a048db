package io.impresario.gateway.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.RouteTable;
import io.impresario.testing.openapi.ApiDescription;
import io.impresario.testing.openapi.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Holds docs/api/openapi.yaml against the route table and against itself. */
class DocumentationTest {
  private record Timeouts(Duration ordinary, Duration upload, Duration waiting)
      implements GatewayConfig.Timeouts {}

  private final ApiDescription api = ApiDescription.ofCheckout();
  private final Documentation documentation = new Documentation();

  DocumentationTest() throws IOException {}

  @Test
  void isServedAsTheRepositoryHasIt() throws IOException {
    Documentation.Page served = documentation.find("/openapi.json").orElseThrow();
    assertThat(ApiDescription.of(served.content().toString()).document()).isEqualTo(api.document());
    assertThat(api.document().path("openapi").asText()).isEqualTo("3.1.0");
  }

  @Test
  void documentsEveryRouteWithItsMethodAndScopeAndNoOther() {
    Duration any = Duration.ofSeconds(1);
    Stream<String> procedures =
        new RouteTable(new Timeouts(any, any, any))
            .all().stream().map(DocumentationTest::described);
    Stream<String> pages = documentation.paths().stream().map(path -> "GET " + path + " everybody");
    assertThat(api.operations().stream().flatMap(DocumentationTest::described))
        .containsExactlyInAnyOrderElementsOf(Stream.concat(procedures, pages).toList());
  }

  private static String described(Route route) {
    return route.method() + " " + route.path() + " " + route.access().scope();
  }

  private static Stream<String> described(Operation operation) {
    return operation.paths().stream()
        .map(path -> operation.method() + " " + path + " " + operation.scope().orElse("everybody"));
  }

  @Test
  void everyReferencePointsSomewhere() {
    List<JsonNode> references = api.document().findValues("$ref");
    assertThat(references).hasSizeGreaterThan(500);
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(api.document().at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse());
  }

  @Test
  void everyInputAndAnswerHasAnExampleThatItsSchemaAccepts() {
    for (Operation operation : api.operations()) {
      operation.inputPointer().ifPresent(schema -> acceptsItsExamples(operation, schema));
      Optional<String> answer = operation.answerPointer(200);
      if (answer.isPresent() && !operation.path().equals("/openapi.json")) {
        String inner = operation.isEnveloped() ? "/properties/json" : "";
        acceptsItsExamples(operation, answer.get() + inner);
      }
    }
  }

  private void acceptsItsExamples(Operation operation, String pointer) {
    List<JsonNode> examples = examples(api.document().at(pointer));
    assertThat(examples).as("examples of " + operation + " " + pointer).isNotEmpty();
    for (JsonNode example : examples) {
      assertThat(api.problems(pointer, example)).as(operation + " " + example).isEmpty();
    }
  }

  /** Its own, or one of those of its properties. */
  private List<JsonNode> examples(JsonNode schema) {
    JsonNode resolved = api.resolved(schema);
    if (resolved.has("const")) {
      return List.of(resolved.path("const"));
    }
    if (resolved.has("examples") || !resolved.has("properties")) {
      return StreamSupport.stream(resolved.path("examples").spliterator(), false).toList();
    }
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> property : resolved.path("properties").properties()) {
      examples(property.getValue()).stream()
          .findFirst()
          .ifPresent(example -> whole.set(property.getKey(), example));
    }
    return List.of(whole);
  }

  @Test
  void everyExampleOfAComponentIsAcceptedByIt() {
    for (Map.Entry<String, JsonNode> schema :
        api.document().at("/components/schemas").properties()) {
      for (JsonNode example : schema.getValue().path("examples")) {
        assertThat(api.problems("/components/schemas/" + schema.getKey(), example))
            .as(schema.getKey())
            .isEmpty();
      }
    }
  }

  @Test
  void answersHaveNoFieldThatIsNotDocumented() {
    for (Operation operation : api.operations()) {
      for (Map.Entry<String, JsonNode> answer : operation.node().path("responses").properties()) {
        if (!operation.path().equals("/openapi.json")) {
          operation
              .answerPointer(Integer.parseInt(answer.getKey()))
              .ifPresent(pointer -> isClosed(api.document().at(pointer), operation.toString()));
        }
      }
    }
  }

  private void isClosed(JsonNode schema, String of) {
    JsonNode resolved = api.resolved(schema);
    if (resolved.has("properties") && resolved.path("type").asText().equals("object")) {
      assertThat(resolved.path("additionalProperties").isBoolean()).as(of + resolved).isTrue();
      assertThat(resolved.path("additionalProperties").booleanValue()).as(of + resolved).isFalse();
    }
    resolved.path("properties").forEach(property -> isClosed(property, of));
    resolved.path("anyOf").forEach(choice -> isClosed(choice, of));
    if (resolved.has("items")) {
      isClosed(resolved.path("items"), of);
    }
  }

  @Test
  void everyProcedureDocumentsWhatTheGatewayMayAnswer() {
    for (Operation operation : api.operations()) {
      if (operation.scope().isPresent()) {
        assertThat(operation.node().path("responses").properties().stream().map(Map.Entry::getKey))
            .as(operation.toString())
            .contains("200", "400", "401", "405", "413", "500", "503", "504");
      }
    }
  }
}
