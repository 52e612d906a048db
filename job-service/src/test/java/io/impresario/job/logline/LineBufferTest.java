package io.impresario.job.logline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineBufferTest {
  private final List<String> admitted = new ArrayList<>();

  @Test
  void makesWaitWhoeverFindsItFullAndKeepsTheOrder() throws InterruptedException {
    LineBuffer<String> buffer = new LineBuffer<>(10);
    put(buffer, "a", 6);
    put(buffer, "b", 6);
    put(buffer, "c", 1);
    assertThat(admitted).as("c would fit, but is later").containsExactly("a");
    assertThat(buffer.take()).isEqualTo("a");
    assertThat(admitted).as("taken out is not gone").containsExactly("a");
    buffer.release(6);
    assertThat(admitted).containsExactly("a", "b", "c");
    assertThat(buffer.take()).isEqualTo("b");
    assertThat(buffer.take()).isEqualTo("c");
  }

  @Test
  void takesOneItemHoweverLarge() {
    put(new LineBuffer<>(10), "huge", 1000);
    assertThat(admitted).containsExactly("huge");
  }

  @Test
  void isEmptyOnceClosed() throws InterruptedException {
    LineBuffer<String> buffer = new LineBuffer<>(10);
    put(buffer, "a", 1);
    buffer.close();
    assertThat(buffer.take()).isEqualTo("a");
    assertThat(buffer.take()).isNull();
  }

  private void put(LineBuffer<String> buffer, String item, int bytes) {
    buffer.put(item, bytes, () -> admitted.add(item));
  }
}
