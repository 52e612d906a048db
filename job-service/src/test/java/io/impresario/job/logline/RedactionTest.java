package io.impresario.job.logline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedactionTest {
  @Test
  void takesOutValuesInAllTheirSpellings() {
    Redaction redaction = new Redaction(List.of("p\"w d", "p\"w d-longer"));
    assertThat(redaction.apply("a p\"w d b")).isEqualTo("a [redacted] b");
    assertThat(redaction.apply("{\"x\":\"p\\\"w d\"}")).isEqualTo("{\"x\":\"[redacted]\"}");
    assertThat(redaction.apply("?q=p%22w+d")).isEqualTo("?q=[redacted]");
    assertThat(redaction.apply("p\"w d-longer")).isEqualTo("[redacted]");
  }

  @Test
  void takesOutTheLinesOfALongValue() {
    Redaction redaction = new Redaction(List.of("-----BEGIN\nc2VjcmV0c2VjcmV0\n}"));
    assertThat(redaction.apply("line c2VjcmV0c2VjcmV0 }")).isEqualTo("line [redacted] }");
  }

  @Test
  void leavesTextsAloneWithoutSecrets() {
    assertThat(new Redaction(List.of()).apply("plain")).isEqualTo("plain");
    assertThat(new Redaction(List.of("")).apply("plain")).isEqualTo("plain");
  }

  @Test
  void takesOutWhatUrlsAndPagesShow() {
    Redaction redaction = new Redaction(List.of("a/b c'<&\">é"));
    for (String spelling :
        List.of(
            "a%2Fb%20c'%3C%26%22%3E%C3%A9",
            "a%2fb%20c'%3c%26%22%3e%c3%a9",
            "a%2Fb+c%27%3C%26%22%3E%C3%A9",
            "a\\/b c'<&\\\">é",
            "a/b c'<&\\\">\\u00e9",
            "a/b c'&lt;&amp;\"&gt;é",
            "a/b c&#39;&lt;&amp;&quot;&gt;é",
            "a/b c&#x27;&lt;&amp;&#34;&gt;é")) {
      assertThat(redaction.apply("<" + spelling + ">")).isEqualTo("<[redacted]>");
    }
  }

  @Test
  void takesOutBase64WhereverTheValueStandsInIt() {
    String secret = "correct horse battery staple??>";
    Redaction redaction = new Redaction(List.of(secret));
    for (String before : List.of("", "u", "u:", "user:", "users:")) {
      for (String after : List.of("", "\n", "@h")) {
        byte[] text = (before + secret + after).getBytes(UTF_8);
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
          String clean = redaction.apply("Basic " + encoder.encodeToString(text));
          assertThat(clean).contains("[redacted]");
          assertThat(clean.replace("[redacted]", "").length() - "Basic ".length())
              .as("what is left tells of its neighbours only: %s", clean)
              .isLessThanOrEqualTo(4 * ((before.length() + after.length()) / 3 + 2));
        }
      }
    }
  }

  @Test
  void takesOutTheBeginningOfASecretThatTheCutHasLeft() {
    Redaction redaction = new Redaction(List.of("s3cret!", "other"));
    assertThat(redaction.apply("key s3cret! and s3cr", true))
        .isEqualTo("key [redacted] and [redacted]");
    assertThat(redaction.apply("key s3cret! and s3cr", false)).isEqualTo("key [redacted] and s3cr");
    assertThat(redaction.apply("nothing of it", true)).isEqualTo("nothing of it");
  }

  /** Few letters, so that values hold, overlap and repeat one another. */
  @Test
  void findsWhatASlowSearchFinds() {
    Random random = new Random(20261128);
    for (int round = 0; round < 2_000; round++) {
      List<String> values = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        values.add(text(random, 1 + random.nextInt(5)));
      }
      String text = text(random, 40);
      assertThat(new SecretFinder(values).replace(text, false, "#"))
          .as("%s in %s", values, text)
          .isEqualTo(slowly(values, text));
    }
  }

  /** One after the other, a hundred values of this size took seconds for one such line. */
  @Test
  void readsALongLineOnceHoweverManySecretsThereAre() {
    List<String> values =
        IntStream.range(0, 100)
            .mapToObj(i -> "a".repeat(1_000) + String.format("%02d", i))
            .toList();
    String line = "a".repeat(65_534);
    Redaction redaction = new Redaction(values);
    assertThat(redaction.apply(line)).isEqualTo(line);
    assertThat(redaction.apply(line + "42")).isEqualTo("a".repeat(64_534) + "[redacted]");
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }

  private static String slowly(List<String> values, String text) {
    BitSet secret = new BitSet();
    BitSet joined = new BitSet();
    for (String value : values) {
      for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        secret.set(at, at + value.length());
        joined.set(at + 1, at + value.length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (!secret.get(i)) {
        out.append(text.charAt(i));
      } else if (!joined.get(i)) {
        out.append('#');
      }
    }
    return out.toString();
  }
}
