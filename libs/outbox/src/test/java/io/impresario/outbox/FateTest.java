package io.impresario.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class FateTest {

  @Test
  void whatIsRefusedForGoodIsFoundBehindWhatWrapsIt() {
    for (RuntimeException refused :
        List.of(
            new RecordTooLargeException("too large"),
            new SerializationException("no bytes"),
            new Fate.Unsendable(new IllegalArgumentException("no key")))) {
      assertThat(Fate.of(new IllegalStateException(new CompletionException(refused))))
          .isEqualTo(new Fate.Refused(String.valueOf(refused.getMessage())));
    }
  }

  @Test
  void everythingElseMayPass() {
    for (Throwable failure :
        List.of(
            new TimeoutException("no leader"),
            new TopicAuthorizationException("topic"),
            new IllegalStateException("a bug"))) {
      assertThat(Fate.of(failure)).isInstanceOf(Fate.Waiting.class);
    }
  }

  @Test
  void theNextBatchBeginsBehindEventsThatWait() {
    assertThat(batch(List.of("no leader"), true).nextAfter(0)).isEqualTo(200);
    assertThat(batch(List.of(), true).nextAfter(100)).isEqualTo(200);
    assertThat(batch(List.of("no leader"), true).nextAfter(100)).isEqualTo(200);
  }

  @Test
  void theNextBatchBeginsWithTheOldestWhenNothingWaitsOrIsLeft() {
    assertThat(batch(List.of(), true).nextAfter(0)).isZero();
    assertThat(batch(List.of("no leader"), false).nextAfter(0)).isZero();
    assertThat(batch(List.of(), false).nextAfter(100)).isZero();
    assertThat(SentBatch.NONE.nextAfter(100)).isZero();
  }

  private static SentBatch batch(List<String> waiting, boolean isFull) {
    return new SentBatch(List.of(1L), Map.of(), waiting, 200, isFull);
  }
}
