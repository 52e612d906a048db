package io.impresario.sealing;

import java.util.Objects;

/** A value that must not be seen: it prints as {@code [redacted]}. */
public record Secret(String value) {

  public Secret {
    Objects.requireNonNull(value, "value");
  }

  @Override
  public String toString() {
    return "[redacted]";
  }
}
