package io.impresario.events;

import org.jspecify.annotations.Nullable;

/** A message that no retry can help: it goes to the dead-letter topic with this sentence. */
public final class UndecodableEvent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UndecodableEvent(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
