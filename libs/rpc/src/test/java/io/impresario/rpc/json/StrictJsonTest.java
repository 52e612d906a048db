package io.impresario.rpc.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.impresario.events.JsonLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StrictJsonTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final ObjectMapper EXACT_JACKSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @Test
  void refusesWhatIsNotStrictJson() {
    for (String text :
        List.of(
            "",
            " ",
            "{",
            "}",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "0x1",
            "NaN",
            "Infinity",
            "-Infinity",
            "tru",
            "nulll",
            "\"",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "1 2",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "\"\\u0000\"",
            "{\"\\u0000\":1}",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800x\"",
            "\"\\ud800\\ud800\"",
            "/**/1",
            "[1 2]",
            "{\"a\" 1}",
            "\u00a01",
            "\ufeff{}")) {
      assertThatThrownBy(() -> parsed(text)).as(text).isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    for (String inside :
        List.of(
            "\u0080",
            "\u00c0\u0080",
            "\u00c1\u00bf",
            "\u00e0\u0080\u0080",
            "\u00ed\u00a0\u0080",
            "\u00f4\u0090\u0080\u0080",
            "\u00f5\u0080\u0080\u0080",
            "\u00ff",
            "\u00c3")) {
      byte[] text = ("\"" + inside + "\"").getBytes(ISO_8859_1);
      assertThatThrownBy(() -> StrictJson.parse(text)).isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void takesWhatIsWithinTheLimits() {
    for (String text : largest(0)) {
      assertThat(parsed(text).render()).isEqualTo(text);
    }
  }

  @Test
  void refusesWhatIsBeyondTheLimits() {
    for (String text : largest(1)) {
      assertThatThrownBy(() -> parsed(text))
          .as(text.substring(0, 10))
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void everyParserReadsWhateverIsTaken() {
    for (String text : largest(0)) {
      String event = "{\"job\":{\"result\":" + text + "}}";
      assertThatCode(() -> JACKSON.readTree(event)).doesNotThrowAnyException();
      assertThatCode(() -> EXACT_JACKSON.readTree(event).toString()).doesNotThrowAnyException();
    }
  }

  /** One value at each limit, {@code beyond} larger than that. */
  private static List<String> largest(int beyond) {
    int depth = JsonLimits.MAX_DEPTH + beyond;
    int digits = JsonLimits.MAX_NUMBER_DIGITS + beyond;
    return List.of(
        "[".repeat(depth) + "]".repeat(depth),
        "{\"a\":".repeat(depth) + "1" + "}".repeat(depth),
        "{\"" + "k".repeat(JsonLimits.MAX_NAME_BYTES + beyond) + "\":1}",
        "{\"" + "é".repeat(JsonLimits.MAX_NAME_BYTES / 2 + beyond) + "\":1}",
        "[" + "9".repeat(digits) + "]",
        "[-" + "9".repeat(digits) + "]",
        "[0." + "9".repeat(digits - 1) + "]",
        "[-1e-" + "9".repeat(JsonLimits.MAX_EXPONENT_DIGITS + beyond) + "]",
        "[1.5E" + "9".repeat(JsonLimits.MAX_EXPONENT_DIGITS + beyond) + "]",
        "[\"" + "s".repeat(JsonLimits.MAX_BYTES - 4 + beyond) + "\"]");
  }

  @Test
  void keepsTheTextOfEveryNumber() {
    for (String number :
        List.of("0", "-0", "1.10", "1e400", "123456789012345678901234567890", "1E+2", "0.000")) {
      assertThat(parsed("[ " + number + " ]").elements().get(0).render()).isEqualTo(number);
    }
  }

  @Test
  void readsWhatAnotherParserReads() throws JsonProcessingException {
    Random random = new Random(20260731);
    for (int i = 0; i < 5_000; i++) {
      String text = value(random, 0);
      JsonValue read = parsed(text);
      assertThat(read.render()).isEqualTo(text.strip());
      assertThat(JACKSON.readTree(rebuilt(read))).isEqualTo(JACKSON.readTree(text));
    }
  }

  @Test
  void neverFailsInAnotherWay() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = value(random, 0).getBytes(UTF_8);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      try {
        JsonValue read = StrictJson.parse(bytes);
        rebuilt(read);
      } catch (MalformedJsonException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }

  /** The value written anew from what its accessors say. */
  private static String rebuilt(JsonValue value) {
    return switch (value.kind()) {
      case OBJECT -> {
        List<String> members = new ArrayList<>();
        value.members().forEach((key, member) -> members.add(quoted(key) + ":" + rebuilt(member)));
        yield "{" + String.join(",", members) + "}";
      }
      case ARRAY, SET, MAP -> {
        List<String> elements = value.elements().stream().map(StrictJsonTest::rebuilt).toList();
        yield "[" + String.join(",", elements) + "]";
      }
      case STRING, DATE -> quoted(value.text());
      case NUMBER -> value.numberText();
      case BOOLEAN -> Boolean.toString(value.bool());
      case NULL, NAN -> "null";
    };
  }

  private static JsonValue parsed(String text) {
    return StrictJson.parse(text.getBytes(UTF_8));
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 5 : 7)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2 -> Long.toString(random.nextLong());
      case 3 -> Double.toString(random.nextGaussian() * 1e10);
      case 4 -> text(random);
      case 5 -> {
        List<String> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(value(random, depth + 1));
        }
        yield "[ " + String.join(" ,\n", elements) + "]";
      }
      default -> {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.add("\"k" + i + "\" :\t" + value(random, depth + 1));
        }
        yield "{" + String.join(", ", members) + " }";
      }
    };
  }

  private static String text(Random random) {
    List<String> parts =
        List.of(
            "a", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "é", "€", "😀", "\\ud83d\\ude00", "}");
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return text.append('"').toString();
  }
}
