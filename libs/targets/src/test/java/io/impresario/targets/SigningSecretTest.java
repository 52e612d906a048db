package io.impresario.targets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SigningSecretTest {

  @Test
  void readsAStandardWebhooksSecret() {
    assertThat(SigningSecret.key("whsec_AQID"))
        .hasValueSatisfying(key -> assertThat(key).containsExactly(1, 2, 3));
    assertThat(SigningSecret.key("AQID"))
        .hasValueSatisfying(key -> assertThat(key).asString().isEqualTo("AQID"));
  }

  @Test
  void refusesAStandardWebhooksSecretThatIsNot() {
    for (String secret :
        List.of("whsec_", "whsec_%%", "whsec_a", "whsec_a b=", "whsec_not base64!")) {
      assertThat(SigningSecret.isUsable(secret)).as(secret).isFalse();
    }
    for (String secret : List.of("anything at all", "WHSEC_%%", "whsec_c2VjcmV0")) {
      assertThat(SigningSecret.isUsable(secret)).as(secret).isTrue();
    }
  }
}
