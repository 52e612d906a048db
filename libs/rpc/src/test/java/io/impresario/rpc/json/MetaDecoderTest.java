package io.impresario.rpc.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.events.JsonLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetaDecoderTest {
  private static final String BIG = "{\"a\":\"123456789012345678901234567890\",\"b\":[\"2\"]}";

  @Test
  void appliesEveryType() {
    assertThat(applied(BIG, "[[0,\"a\"],[0,\"b\",0]]"))
        .isEqualTo("{\"a\":123456789012345678901234567890,\"b\":[2]}");
    assertThat(applied("{\"a\":\"2026-01-01T00:00:00.000Z\"}", "[[1,\"a\"]]"))
        .isEqualTo("{\"a\":\"2026-01-01T00:00:00.000Z\"}");
    assertThat(applied("{\"a\":null}", "[[2,\"a\"]]")).isEqualTo("{\"a\":null}");
    assertThat(applied("{\"a\":null,\"b\":1}", "[[3,\"a\"]]")).isEqualTo("{\"b\":1}");
    assertThat(applied("{\"a\":[1,null,2]}", "[[3,\"a\",1]]")).isEqualTo("{\"a\":[1,null,2]}");
    assertThat(applied("{\"a\":\"https://example.org/\"}", "[[4,\"a\"]]"))
        .isEqualTo("{\"a\":\"https://example.org/\"}");
    assertThat(applied("{\"a\":\"/x+/gi\"}", "[[5,\"a\"]]")).isEqualTo("{\"a\":\"/x+/gi\"}");
    assertThat(applied("{\"a\":[\"1\"]}", "[[0,\"a\",0],[6,\"a\"]]")).isEqualTo("{\"a\":[1]}");
    assertThat(applied("{\"a\":[[\"k\",1]]}", "[[7,\"a\"]]")).isEqualTo("{\"a\":[[\"k\",1]]}");
  }

  @Test
  void aBigintIsANumberThatJsonCanHold() {
    String longest = "9".repeat(JsonLimits.MAX_NUMBER_DIGITS);
    assertThat(applied("[\"-" + longest + "\"]", "[[0,0]]")).isEqualTo("[-" + longest + "]");
    for (String text : List.of("007", "+1", "-", "", "1.0", longest + "9")) {
      assertThatThrownBy(() -> applied("[\"" + text + "\"]", "[[0,0]]"))
          .as(text)
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void keepsTheTextBesideWhatItChanges() {
    assertThat(applied("{\"a\": [ 1.50 ], \"b\":\"7\", \"é\\n\":{}}", "[[0,\"b\"]]"))
        .isEqualTo("{\"a\":[ 1.50 ],\"b\":7,\"é\\n\":{}}");
    assertThat(applied("{\"a\":{\"b\":{\"c\":[{\"d\":1}]}}}", "[[2,\"a\",\"b\",\"c\",0]]"))
        .isEqualTo("{\"a\":{\"b\":{\"c\":[null]}}}");
  }

  @Test
  void anUndefinedRootIsNoInput() {
    assertThat(MetaDecoder.apply(null, parsed("[[3]]"))).isNull();
    assertThat(MetaDecoder.apply(parsed("null"), parsed("[[3]]"))).isNull();
  }

  @Test
  void refusesPathsThatDoNotExistAndValuesThatDoNotFit() {
    String json = "{\"a\":\"x\",\"b\":[1],\"c\":{\"d\":null}}";
    for (String meta :
        List.of(
            "{}",
            "1",
            "[1]",
            "[[]]",
            "[[8,\"a\"]]",
            "[[-1,\"a\"]]",
            "[[\"0\",\"a\"]]",
            "[[0.5,\"a\"]]",
            "[[3,\"z\"]]",
            "[[3,\"a\",\"length\"]]",
            "[[3,\"b\",1]]",
            "[[3,\"b\",\"01\"]]",
            "[[3,\"b\",-1]]",
            "[[3,\"__proto__\"]]",
            "[[3,\"c\",\"d\",\"e\"]]",
            "[[3,\"a\"],[3,\"a\"]]",
            "[[0,\"a\"]]",
            "[[1,\"a\"]]",
            "[[4,\"a\"]]",
            "[[5,\"a\"]]",
            "[[6,\"a\"]]",
            "[[7,\"b\"]]",
            "[[3,null]]",
            "[[3,[\"a\"]]]",
            "[[3,\"b\",99999999999]]")) {
      assertThatThrownBy(() -> applied(json, meta))
          .as(meta)
          .isInstanceOf(MalformedJsonException.class);
    }
    assertThatThrownBy(() -> MetaDecoder.apply(null, parsed("[[1]]")))
        .isInstanceOf(MalformedJsonException.class);
  }

  private static @Nullable String applied(String json, String meta) {
    JsonValue value = MetaDecoder.apply(parsed(json), parsed(meta));
    return value == null ? null : value.render();
  }

  private static JsonValue parsed(String text) {
    return StrictJson.parse(text.getBytes(UTF_8));
  }
}
