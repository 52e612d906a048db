package io.impresario.job.logline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LineBufferTest {
  @Test
  void makesWaitWhoeverFindsItFullAndKeepsTheOrder() throws InterruptedException {
    LineBuffer<String> buffer = new LineBuffer<>(10);
    assertThat(done(buffer.put("a", 6))).isTrue();
    CompletableFuture<Void> second = buffer.put("b", 6).toCompletableFuture();
    CompletableFuture<Void> third = buffer.put("c", 1).toCompletableFuture();
    assertThat(second).isNotDone();
    assertThat(third).as("would fit, but is later").isNotDone();
    assertThat(buffer.take()).isEqualTo("a");
    assertThat(second).as("taken out is not gone").isNotDone();
    buffer.release(6);
    assertThat(second).isDone();
    assertThat(third).isDone();
    assertThat(buffer.take()).isEqualTo("b");
    assertThat(buffer.take()).isEqualTo("c");
  }

  @Test
  void takesOneItemHoweverLarge() {
    assertThat(done(new LineBuffer<String>(10).put("huge", 1000))).isTrue();
  }

  @Test
  void isEmptyOnceClosed() throws InterruptedException {
    LineBuffer<String> buffer = new LineBuffer<>(10);
    var unused = buffer.put("a", 1);
    buffer.close();
    assertThat(buffer.take()).isEqualTo("a");
    assertThat(buffer.take()).isNull();
  }

  private static boolean done(java.util.concurrent.CompletionStage<Void> stage) {
    return stage.toCompletableFuture().isDone();
  }
}
