package io.impresario.job.logline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
