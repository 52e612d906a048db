package io.impresario.callback.sending;

import java.time.Duration;
import java.util.Optional;

/** How an attempt ended. All of these are ordinary; only {@link Delivered} is a success. */
public sealed interface AttemptOutcome {

  /** The name under which attempts are stored, logged and counted. */
  String label();

  /** A sentence for people; empty after a success. */
  Optional<String> error();

  /** The target's HTTP status, if it answered. */
  default Optional<Integer> httpStatus() {
    return Optional.empty();
  }

  default Optional<Answer> reply() {
    return Optional.empty();
  }

  /** How long the target asked us to wait. */
  default Optional<Duration> askedDelay() {
    return Optional.empty();
  }

  /** The target answered. */
  sealed interface Answered extends AttemptOutcome {
    int status();

    Answer answer();

    @Override
    default Optional<Integer> httpStatus() {
      return Optional.of(status());
    }

    @Override
    default Optional<Answer> reply() {
      return Optional.of(answer());
    }
  }

  /** It never came to an answer. */
  sealed interface Unanswered extends AttemptOutcome {
    String reason();

    @Override
    default Optional<String> error() {
      return Optional.of(reason());
    }
  }

  /** The target took it: 2xx. */
  record Delivered(int status, Answer answer) implements Answered {
    @Override
    public String label() {
      return "delivered";
    }

    @Override
    public Optional<String> error() {
      return Optional.empty();
    }
  }

  /** The target answered anything else. */
  record Rejected(int status, Answer answer, Optional<Duration> askedDelay) implements Answered {
    @Override
    public String label() {
      return "rejected";
    }

    @Override
    public Optional<String> error() {
      return Optional.of("the target answered " + status);
    }
  }

  /** 410: the target refuses all further deliveries. */
  record Gone(Answer answer) implements Answered {
    @Override
    public int status() {
      return 410;
    }

    @Override
    public String label() {
      return "gone";
    }

    @Override
    public Optional<String> error() {
      return Optional.of("the target answered 410 (gone)");
    }
  }

  /** The name, the connection, TLS or the time failed. */
  record Unreachable(String reason) implements Unanswered {
    @Override
    public String label() {
      return "unreachable";
    }
  }

  /** The target leads to an address that must not be reached; nothing was sent. */
  record Refused(String reason) implements Unanswered {
    @Override
    public String label() {
      return "refused";
    }
  }

  /** The secret could not be opened; nothing was sent. */
  record Unsigned(String reason) implements Unanswered {
    @Override
    public String label() {
      return "unsigned";
    }
  }

  /** It could not be tried for a reason that is not the target's; there was no attempt. */
  record NotTried(String reason) implements Unanswered {
    @Override
    public String label() {
      return "not_tried";
    }
  }

  /** The endpoint was deleted or switched off; there was no attempt. */
  record Withdrawn(String reason) implements Unanswered {
    @Override
    public String label() {
      return "withdrawn";
    }
  }
}
