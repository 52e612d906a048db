package io.impresario.events;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value kept as the text that its author wrote: numbers beyond 2^53, key order and white
 * space pass through unchanged. It is written verbatim; whoever makes one vouches that it is JSON.
 */
@JsonDeserialize(using = JsonText.Slicer.class)
public record JsonText(@JsonRawValue @JsonValue String text) {

  public static final JsonText NULL = new JsonText("null");

  public static final JsonText EMPTY_OBJECT = new JsonText("{}");

  public JsonText {
    Objects.requireNonNull(text, "text");
  }

  /** The name of the reader's attribute that holds the bytes being read. */
  static final String SOURCE = "source";

  /** Cuts the value out of the bytes being read instead of parsing it into a tree. */
  static final class Slicer extends StdDeserializer<JsonText> {
    private static final long serialVersionUID = 1L;

    Slicer() {
      super(JsonText.class);
    }

    /** A null that is written is a value; only an absent field is none. */
    @Override
    public JsonText getNullValue(DeserializationContext context) {
      return NULL;
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return null;
    }

    @Override
    public JsonText deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      long start = parser.currentTokenLocation().getByteOffset();
      // Strings are read lazily: without this the location would still be inside the value.
      parser.finishToken();
      parser.skipChildren();
      long end = parser.currentLocation().getByteOffset();
      if (!(context.getAttribute(SOURCE) instanceof byte[] bytes) || start < 0) {
        return context.reportInputMismatch(JsonText.class, "JsonText is read by EventCodec only");
      }
      return new JsonText(
          new String(bytes, (int) start, (int) (end - start), StandardCharsets.UTF_8));
    }
  }
}
