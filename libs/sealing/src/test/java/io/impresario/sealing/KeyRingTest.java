package io.impresario.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class KeyRingTest {
  private static final String OLD = "a:" + Base64.getEncoder().encodeToString(new byte[32]);
  private static final String NEW =
      "b:" + Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes());

  @Test
  void opensWhatItSealedUnderTheSameContextOnly() {
    KeyRing ring = KeyRing.parse(OLD);
    String sealed = ring.seal("påss", "job:1");
    assertThat(ring.open(sealed, "job:1")).isEqualTo("påss");
    assertThatThrownBy(() -> ring.open(sealed, "job:2"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sealsUnderTheNewestKeyAndOpensUnderAny() {
    String sealed = KeyRing.parse(OLD).seal("x", "c");
    KeyRing rotated = KeyRing.parse(NEW + "," + OLD);
    assertThat(rotated.open(sealed, "c")).isEqualTo("x");
    assertThat(KeyRing.keyIdOf(rotated.seal("x", "c"))).isEqualTo("b");
  }

  @Test
  void refusesEveryFlippedByte() {
    KeyRing ring = KeyRing.parse(OLD);
    String sealed = ring.seal("value", "c");
    for (int i = "v1.a.".length(); i < sealed.length() - 1; i++) {
      char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
      String damaged = sealed.substring(0, i) + other + sealed.substring(i + 1);
      assertThatThrownBy(() -> ring.open(damaged, "c"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void namesTheWrongEntryWithoutShowingAKey() {
    assertThatThrownBy(() -> KeyRing.parse("k1:c2hvcnQ="))
        .hasMessage("impresario.secrets.keys: the key k1 has 5 bytes, not 32");
    assertThatThrownBy(() -> KeyRing.parse("")).hasMessageContaining("entry 1");
    assertThatThrownBy(() -> KeyRing.parse(OLD + "," + OLD)).hasMessageContaining("twice");
  }

  @Test
  void aSecretDoesNotPrintItself() {
    assertThat(new Secret("hidden").toString()).isEqualTo("[redacted]");
  }
}
