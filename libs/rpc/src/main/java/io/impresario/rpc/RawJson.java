package io.impresario.rpc;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import io.impresario.rpc.json.StrictJson;

/**
 * One JSON value as text, numbers as the client wrote them. Whoever makes one from anything but
 * {@link Input} answers for its validity: it is written into answers verbatim.
 */
public record RawJson(@JsonRawValue @JsonValue String text) {
  public static final RawJson EMPTY_OBJECT = new RawJson("{}");

  /** The same object without one top-level key; itself when it has no such key. */
  public RawJson without(String key) {
    io.impresario.rpc.json.JsonValue value = StrictJson.parse(text);
    return value.remove(key) ? new RawJson(value.render()) : this;
  }
}
