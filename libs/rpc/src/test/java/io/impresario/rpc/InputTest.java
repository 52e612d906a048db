package io.impresario.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.events.JsonText;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class InputTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  enum Level {
    INFO,
    WARN
  }

  @Test
  void noBodyNoJsonAndUndefinedAreAnEmptyInput() {
    for (String body :
        List.of(
            "",
            "{}",
            "{\"json\":{}}",
            "{\"meta\":[]}",
            "{\"meta\":[[3]]}",
            "{\"json\":null,\"meta\":[[3]]}",
            "{\"json\":{},\"meta\":null}")) {
      assertThat(input(body).has("anything")).isFalse();
    }
  }

  @Test
  void anInputThatIsNoObjectIsAnIssueAtTheRoot() {
    assertIssues(
        "{\"json\":[1]}",
        input -> {},
        "[{\"code\":\"invalid_type\",\"path\":[],\"message\":\"Expected object, received array\","
            + "\"expected\":\"object\",\"received\":\"array\"}]");
  }

  @Test
  void aBodyThatIsNoObjectIsMalformed() {
    for (String body : List.of("[]", "1", "null", "\"x\"", "{", "{\"json\":{},\"meta\":3}")) {
      assertThatThrownBy(() -> input(body))
          .isInstanceOf(RpcException.class)
          .hasMessage(RpcException.MALFORMED_MESSAGE);
    }
  }

  @Test
  void missingAndWrongTypes() {
    assertIssues(
        "{\"json\":{\"b\":1,\"c\":null,\"d\":\"x\",\"e\":[]}}",
        input -> {
          input.requiredText("a", 1, 2);
          input.requiredText("b", 1, 2);
          input.optionalText("c", 1, 2);
          input.optionalBoolean("d");
          input.optionalInt("e", 1, 2);
        },
        """
        [{"code":"invalid_type","path":["a"],"message":"Required","expected":"string","received":"undefined"},
        {"code":"invalid_type","path":["b"],"message":"Expected string, received number","expected":"string","received":"number"},
        {"code":"invalid_type","path":["c"],"message":"Expected string, received null","expected":"string","received":"null"},
        {"code":"invalid_type","path":["d"],"message":"Expected boolean, received string","expected":"boolean","received":"string"},
        {"code":"invalid_type","path":["e"],"message":"Expected number, received array","expected":"number","received":"array"}]
        """);
  }

  @Test
  void boundsOfTextsAndNumbers() {
    assertIssues(
        "{\"json\":{\"a\":\"\",\"b\":\"abc\",\"c\":0,\"d\":9.5,\"e\":1e400}}",
        input -> {
          input.requiredText("a", 1, 2);
          input.requiredText("b", 1, 2);
          input.optionalInt("c", 1, 5);
          input.optionalInt("d", 1, 5);
          input.optionalInt("e", 1, 5);
        },
        """
        [{"code":"too_small","path":["a"],"message":"String must contain at least 1 character(s)","minimum":1,"type":"string","inclusive":true,"exact":false},
        {"code":"too_big","path":["b"],"message":"String must contain at most 2 character(s)","maximum":2,"type":"string","inclusive":true,"exact":false},
        {"code":"too_small","path":["c"],"message":"Number must be greater than or equal to 1","minimum":1,"type":"number","inclusive":true,"exact":false},
        {"code":"invalid_type","path":["d"],"message":"Expected integer, received float","expected":"integer","received":"float"},
        {"code":"too_big","path":["d"],"message":"Number must be less than or equal to 5","maximum":5,"type":"number","inclusive":true,"exact":false},
        {"code":"invalid_type","path":["e"],"message":"Expected integer, received float","expected":"integer","received":"float"},
        {"code":"too_big","path":["e"],"message":"Number must be less than or equal to 5","maximum":5,"type":"number","inclusive":true,"exact":false}]
        """);
  }

  @Test
  void idsUrlsEnumsAndCursors() {
    assertIssues(
        "{\"json\":{\"a\":\"x\",\"b\":\"no url\",\"c\":\"INFO\",\"d\":3,\"e\":\"zz\"}}",
        input -> {
          input.requiredUuid("a");
          input.requiredUrl("b", 100);
          input.optionalEnum("c", Level.class);
          input.optionalEnum("d", Level.class);
          input.optionalCursor("e");
        },
        """
        [{"code":"invalid_string","path":["a"],"message":"Invalid uuid","validation":"uuid"},
        {"code":"invalid_string","path":["b"],"message":"Invalid url","validation":"url"},
        {"code":"invalid_enum_value","path":["c"],"message":"Invalid enum value. Expected 'info' | 'warn', received 'INFO'","received":"INFO","options":["info","warn"]},
        {"code":"invalid_type","path":["d"],"message":"Expected 'info' | 'warn', received number","expected":"'info' | 'warn'","received":"number"},
        {"code":"custom","path":["e"],"message":"Invalid cursor"}]
        """);
  }

  @Test
  void datesListsAndSizes() {
    assertIssues(
        "{\"json\":{\"a\":\"2026-02-30\",\"b\":[\"x\",\"y\",\"z\"],\"c\":{\"long\":true},"
            + "\"d\":\"abc\",\"e\":[\"\"],\"f\":3}}",
        input -> {
          input.optionalInstant("a");
          input.optionalTexts("b", 2, 5);
          input.object("c", JsonText.EMPTY_OBJECT, 5);
          input.requiredText("d", 1, 2);
          input.optionalTexts("e", 2, 5);
          input.object("f", JsonText.EMPTY_OBJECT, 5);
          input.requiredEnum("g", Level.class);
          input.requiredInt("h", 1, 2);
          input.requiredUuid("i");
        },
        """
        [{"code":"invalid_string","path":["a"],"message":"Invalid datetime","validation":"datetime"},
        {"code":"too_big","path":["b"],"message":"Array must contain at most 2 element(s)","maximum":2,"type":"array","inclusive":true,"exact":false},
        {"code":"too_big","path":["c"],"message":"JSON must have at most 5 byte(s)","maximum":5,"type":"object","inclusive":true,"exact":false},
        {"code":"too_big","path":["d"],"message":"String must contain at most 2 character(s)","maximum":2,"type":"string","inclusive":true,"exact":false},
        {"code":"too_small","path":["e",0],"message":"String must contain at least 1 character(s)","minimum":1,"type":"string","inclusive":true,"exact":false},
        {"code":"invalid_type","path":["f"],"message":"Expected object, received number","expected":"object","received":"number"},
        {"code":"invalid_type","path":["g"],"message":"Required","expected":"'info' | 'warn'","received":"undefined"},
        {"code":"invalid_type","path":["h"],"message":"Required","expected":"number","received":"undefined"},
        {"code":"invalid_type","path":["i"],"message":"Required","expected":"string","received":"undefined"}]
        """);
  }

  @Test
  void nestedIssuesCarryTheirWholePath() {
    assertIssues(
        "{\"json\":{\"proxy\":{\"country\":1},\"other\":2,\"list\":[\"a\",3]}}",
        input -> {
          Objects.requireNonNull(input.optionalObject("proxy")).requiredText("country", 2, 2);
          Objects.requireNonNull(input.optionalObject("other")).requiredText("country", 2, 2);
          input.optionalTexts("list", 5, 5);
        },
        """
        [{"code":"invalid_type","path":["proxy","country"],"message":"Expected string, received number","expected":"string","received":"number"},
        {"code":"invalid_type","path":["other"],"message":"Expected object, received number","expected":"object","received":"number"},
        {"code":"invalid_type","path":["list",1],"message":"Expected string, received number","expected":"string","received":"number"}]
        """);
  }

  @Test
  void metaReachesTypedReadersAndVerbatimJson() {
    Input input =
        input(
            "{\"json\":{\"limit\":\"7\",\"gone\":1,\"params\":{\"n\":\"12345678901234567890\","
                + "\"m\":1.0}},\"meta\":[[0,\"limit\"],[3,\"gone\"],[0,\"params\",\"n\"]]}");
    assertThat(input.optionalInt("limit", 1, 10)).isEqualTo(7);
    assertThat(input.has("gone")).isFalse();
    assertThat(input.object("params", JsonText.EMPTY_OBJECT, 100).text())
        .isEqualTo("{\"n\":12345678901234567890,\"m\":1.0}");
  }

  @Test
  void unknownFieldsAreNamedWithTheirLikelyMeaning() {
    Input input =
        input("{\"json\":{\"timeoutSeconds\":1,\"nonse\":1,\"é\\n\":1,\"proxy\":{\"contry\":1}}}");
    input.has("timeout_seconds");
    input.has("nonce");
    Objects.requireNonNull(input.optionalObject("proxy")).has("country");
    input.warn("'nonce' has no effect");
    assertThat(input.warnings())
        .containsExactly(
            "'nonce' has no effect",
            "unknown field 'timeoutSeconds', did you mean 'timeout_seconds'?",
            "unknown field 'nonse', did you mean 'nonce'?",
            "unknown field '?\\n'",
            "unknown field 'proxy.contry', did you mean 'proxy.country'?");
  }

  @Test
  void topLevelKeysCanBeTakenOut() {
    assertThat(withoutLibretto("{\"__libretto\": {}, \"n\": 1.50}")).isEqualTo("{\"n\":1.50}");
    assertThat(withoutLibretto("{\"__libretto\": 1}")).isEqualTo("{}");
    assertThat(withoutLibretto("{ \"a\": {\"__libretto\": 1} }"))
        .isEqualTo("{ \"a\": {\"__libretto\": 1} }");
    assertThat(withoutLibretto("{ \"n\" : 1 }")).isEqualTo("{ \"n\" : 1 }");
    assertIssues(
        "{\"json\":{\"params\":[1]}}",
        input -> input.objectWithout("k", "params", JsonText.EMPTY_OBJECT, 5),
        """
        [{"code":"invalid_type","path":["params"],"message":"Expected object, received array","expected":"object","received":"array"}]
        """);
  }

  private static String withoutLibretto(String params) {
    return input("{\"json\":{\"params\":" + params + "}}")
        .objectWithout("__libretto", "params", JsonText.EMPTY_OBJECT, 100)
        .text();
  }

  private static Input input(String body) {
    return Input.ofBody(body.getBytes(UTF_8));
  }

  private static void assertIssues(String body, Consumer<Input> reads, String expected) {
    RpcException thrown =
        catchThrowableOfType(
            RpcException.class,
            () -> {
              Input input = input(body);
              reads.accept(input);
              input.check();
            });
    try {
      JsonNode issues = JSON.readTree(JSON.writeValueAsString(thrown.data().get("issues")));
      assertThat(issues).isEqualTo(JSON.readTree(expected));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
