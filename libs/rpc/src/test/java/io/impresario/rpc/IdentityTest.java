package io.impresario.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Instant NOW = Instant.parse("2026-07-31T12:00:00Z");
  private static final Caller CALLER =
      new Caller(new UUID(1, 2), new UUID(3, 4), Set.of("read", "write"));

  @Test
  void aTokenSaysWhoIsCallingForAMinute() {
    String token = new IdentityToken(SECRET, at(NOW)).make(CALLER);
    assertThat(new IdentityToken(SECRET, at(NOW.plusSeconds(60))).verify(token)).contains(CALLER);
    assertThat(new IdentityToken(SECRET, at(NOW.plusSeconds(61))).verify(token)).isEmpty();
    assertThat(new IdentityToken(SECRET + "x", at(NOW)).verify(token)).isEmpty();
  }

  @Test
  void aChangedTokenIsRefused() {
    IdentityToken tokens = new IdentityToken(SECRET, at(NOW));
    String token = tokens.make(CALLER);
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder changed = new StringBuilder(token);
      // The last character of a base64 text has bits that mean nothing.
      int position = random.nextInt(token.length() - 1);
      char other = (char) (32 + random.nextInt(95));
      changed.setCharAt(position, other);
      if (other != token.charAt(position) && token.charAt(position + 1) != '.') {
        assertThat(tokens.verify(changed.toString())).isEmpty();
      }
    }
    assertThat(tokens.verify("")).isEmpty();
    assertThat(tokens.verify(".")).isEmpty();
  }

  @Test
  void aShortSecretIsNoSecret() {
    assertThatThrownBy(() -> new IdentityToken("short", at(NOW)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cursorsComeBackAndDamageIsSeen() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      Instant time =
          Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1_000L)
              .truncatedTo(ChronoUnit.MICROS);
      UUID id = new UUID(random.nextLong(), random.nextLong());
      String text = Cursor.encode(time, id);
      assertThat(Cursor.decode(text)).isEqualTo(new Cursor(time, id));
      int cut = random.nextInt(text.length());
      assertThatThrownBy(() -> Cursor.decode(text.substring(0, cut)))
          .isInstanceOf(RpcException.class);
    }
  }

  @Test
  void idsGrowAndNamesAreStable() {
    UUID last = Ids.next(at(NOW));
    assertThat(last.version()).isEqualTo(7);
    assertThat(last.variant()).isEqualTo(2);
    for (int i = 0; i < 10_000; i++) {
      UUID next = Ids.next(at(NOW.minusSeconds(i)));
      assertThat(next.toString()).isGreaterThan(last.toString());
      last = next;
    }
    UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assertThat(Ids.named(dns, "www.example.com"))
        .isEqualTo(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
  }

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }
}
