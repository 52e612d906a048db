package io.impresario.outbox;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.jspecify.annotations.Nullable;

/** What became of a record that was given to Kafka. */
public sealed interface Fate {

  /** The broker has it. */
  record Acknowledged() implements Fate {}

  /** The same record will be refused whenever it is sent. */
  record Refused(String reason) implements Fate {}

  /** The broker is away, slow, or lacks rights or topics that an operator can give it. */
  record Waiting(String reason) implements Fate {}

  /** Everything else may pass: a list of what does not can be checked. */
  List<Class<? extends RuntimeException>> FOR_GOOD =
      List.of(
          RecordTooLargeException.class,
          RecordBatchTooLargeException.class,
          SerializationException.class,
          InvalidRecordException.class,
          InvalidTimestampException.class,
          InvalidTopicException.class,
          UnsupportedForMessageFormatException.class,
          Unsendable.class);

  /** A cause lies at most so deep: the connector and Mutiny wrap twice. */
  int MAX_HOPS = 10;

  /** A row or message that cannot even be made into a record. */
  final class Unsendable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unsendable(RuntimeException cause) {
      super("The event cannot be made into a record: " + cause, cause);
    }
  }

  static Fate of(Throwable failure) {
    Optional<Throwable> forGood =
        Stream.<@Nullable Throwable>iterate(failure, one -> one == null ? null : one.getCause())
            .limit(MAX_HOPS)
            .takeWhile(one -> one != null)
            .<Throwable>map(one -> one)
            .filter(one -> FOR_GOOD.stream().anyMatch(type -> type.isInstance(one)))
            .findFirst();
    return forGood.isPresent()
        ? new Refused(String.valueOf(forGood.get().getMessage()))
        : new Waiting(failure.toString());
  }
}
