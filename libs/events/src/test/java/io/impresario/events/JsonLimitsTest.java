package io.impresario.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JsonLimitsTest {

  @Test
  void takesWhatIsJustWithinEachLimit() {
    for (String json : sized(0).keySet()) {
      assertThat(JsonLimits.problem(json)).isEmpty();
    }
  }

  @Test
  void saysWhatIsBeyondALimit() {
    sized(1)
        .forEach(
            (json, words) ->
                assertThat(JsonLimits.problem(json).orElseThrow())
                    .contains(words)
                    .doesNotContain("`"));
    assertThat(JsonLimits.problem("{\"a\":")).isPresent();
    assertThat(JsonLimits.problem("\"" + "s".repeat(JsonLimits.MAX_BYTES - 1) + "\"")).isPresent();
  }

  @Test
  void takesOneValueAndNothingBehindIt() {
    for (String json : List.of("1", " {\"a\": [1, {}]} ", "[[]]\n", "\"\"", "null")) {
      assertThat(JsonLimits.problem(json)).isEmpty();
    }
    for (String json : List.of("", " ", "1 2", "{}[]", "[] null", "{} x", "]", "1,")) {
      assertThat(JsonLimits.problem(json)).as(json).isPresent();
    }
  }

  /** What passes here is read by every consumer, as params and as result. */
  @Test
  void whatPassesIsDecoded() {
    for (String json : sized(0).keySet()) {
      assertThat(decoded(json)).isEqualTo(json);
    }
    String deep = "[".repeat(1_000) + "]".repeat(1_000);
    assertThat(JsonLimits.problem(deep)).isPresent();
    assertThatThrownBy(() -> decoded(deep)).isInstanceOf(UndecodableEvent.class);
  }

  private static String decoded(String result) {
    UUID id = new UUID(1, 2);
    String body =
        """
        {"job_id":"%1$s","tenant_id":"%1$s","workflow":"w","deployment_id":"%1$s",
         "deployment_version":1,"status":"completed","result":%2$s,
         "created_at":"2026-01-02T03:04:05.678Z","completed_at":"2026-01-02T03:04:05.678Z",
         "skip_callbacks":false}
        """
            .formatted(id, result);
    JsonText text =
        EventCodec.decode(EventType.JOB_FINISHED, body.getBytes(StandardCharsets.UTF_8)).result();
    return text == null ? "" : text.text();
  }

  /** A value that is so much larger than each limit, with words of what is said of it. */
  private static Map<String, String> sized(int beyond) {
    int depth = JsonLimits.MAX_RESULT_DEPTH + beyond;
    return Map.of(
        "[".repeat(depth) + "]".repeat(depth),
        "nesting depth",
        "{\"" + "k".repeat(JsonLimits.MAX_NAME_BYTES + beyond) + "\":1}",
        "Name length",
        "[" + "9".repeat(JsonLimits.MAX_NUMBER_DIGITS + beyond) + "]",
        "Number value length",
        "[1e" + "9".repeat(JsonLimits.MAX_EXPONENT_DIGITS + beyond) + "]",
        "exponent");
  }
}
