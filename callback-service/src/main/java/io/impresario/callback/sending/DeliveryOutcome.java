package io.impresario.callback.sending;

import java.time.Duration;
import java.util.Optional;

/** How an attempt ended. All of these are ordinary; only {@link Delivered} is a success. */
public sealed interface DeliveryOutcome {

  /** The name under which attempts are stored, logged and counted. */
  String label();

  /** A sentence for people; empty after a success. */
  Optional<String> error();

  /** The target's HTTP status, if it came to one. */
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

  /** The target took it: 2xx. */
  record Delivered(int status, Answer answer) implements DeliveryOutcome {
    @Override
    public String label() {
      return "delivered";
    }

    @Override
    public Optional<String> error() {
      return Optional.empty();
    }

    @Override
    public Optional<Integer> httpStatus() {
      return Optional.of(status);
    }

    @Override
    public Optional<Answer> reply() {
      return Optional.of(answer);
    }
  }

  /** The target answered anything else. */
  record Rejected(int status, Answer answer, Optional<Duration> retryAfter)
      implements DeliveryOutcome {
    @Override
    public String label() {
      return "rejected";
    }

    @Override
    public Optional<String> error() {
      return Optional.of("the target answered " + status);
    }

    @Override
    public Optional<Integer> httpStatus() {
      return Optional.of(status);
    }

    @Override
    public Optional<Answer> reply() {
      return Optional.of(answer);
    }

    @Override
    public Optional<Duration> askedDelay() {
      return retryAfter;
    }
  }

  /** 410: the target wants nothing any more. */
  record Gone(Answer answer) implements DeliveryOutcome {
    @Override
    public String label() {
      return "gone";
    }

    @Override
    public Optional<String> error() {
      return Optional.of("the target answered 410 (gone)");
    }

    @Override
    public Optional<Integer> httpStatus() {
      return Optional.of(410);
    }

    @Override
    public Optional<Answer> reply() {
      return Optional.of(answer);
    }
  }

  /** No answer: the name, the connection, TLS or the time failed. */
  record Unreachable(String reason) implements DeliveryOutcome {
    @Override
    public String label() {
      return "unreachable";
    }

    @Override
    public Optional<String> error() {
      return Optional.of(reason);
    }
  }

  /** The target leads to an address that must not be reached; nothing was sent. */
  record Refused(String reason) implements DeliveryOutcome {
    @Override
    public String label() {
      return "refused";
    }

    @Override
    public Optional<String> error() {
      return Optional.of(reason);
    }
  }

  /** The secret could not be opened; nothing was sent. */
  record Unsigned(String reason) implements DeliveryOutcome {
    @Override
    public String label() {
      return "unsigned";
    }

    @Override
    public Optional<String> error() {
      return Optional.of(reason);
    }
  }

  /** The endpoint was deleted or switched off; there was no attempt. */
  record Withdrawn(String reason) implements DeliveryOutcome {
    @Override
    public String label() {
      return "withdrawn";
    }

    @Override
    public Optional<String> error() {
      return Optional.of(reason);
    }
  }
}
