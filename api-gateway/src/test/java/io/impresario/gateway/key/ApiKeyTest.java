package io.impresario.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
  @Test
  void everyKeyHasTheFormAndItsChecksum() {
    Random random = new Random(1);
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      ApiKey key = ApiKey.random(random);
      assertThat(key.text()).matches("imp_[0-9A-Za-z]{49}");
      assertThat(key.isDamaged()).isFalse();
      assertThat(key.text()).startsWith(key.start());
      assertThat(made.add(key.text())).isTrue();
    }
  }

  @Test
  void oneWrongCharacterIsSeen() {
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(ApiKey.random(random).text());
      int position = 4 + random.nextInt(49);
      text.setCharAt(position, text.charAt(position) == 'a' ? 'b' : 'a');
      assertThat(new ApiKey(text.toString()).isDamaged()).isTrue();
    }
  }

  @Test
  void keysOfAnotherFormAreLeftToTheLookup() {
    assertThat(new ApiKey("imp_local").isDamaged()).isFalse();
    assertThat(new ApiKey("imp_local").start()).isEqualTo("imp_");
  }

  @Test
  void printsNothingOfItself() {
    assertThat(ApiKey.random(new Random(3))).hasToString("ApiKey[redacted]");
  }
}
