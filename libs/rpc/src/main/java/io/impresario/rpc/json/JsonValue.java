package io.impresario.rpc.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value of a validated JSON text, known by its position in it. Children are found when asked
 * for. Rendering gives the client's own text back, except where {@link MetaDecoder} has changed
 * something below. Not thread-safe.
 */
public final class JsonValue {
  /** What a value is, with the name that Zod reports as {@code received}. */
  public enum Kind {
    OBJECT("object"),
    ARRAY("array"),
    STRING("string"),
    NUMBER("number"),
    BOOLEAN("boolean"),
    NULL("null"),
    NAN("nan"),
    DATE("date"),
    SET("set"),
    MAP("map");

    private final String zodName;

    Kind(String zodName) {
      this.zodName = zodName;
    }

    public String zodName() {
      return zodName;
    }
  }

  private final byte[] source;
  private final int start;
  private final int end;
  private Kind kind;
  private @Nullable Map<String, JsonValue> members;
  private @Nullable List<JsonValue> elements;
  private boolean changed;

  /**
   * @param members those of an object, null when they are to be found when asked for
   * @param elements those of an array, likewise
   */
  JsonValue(
      byte[] source,
      int start,
      int end,
      @Nullable Map<String, JsonValue> members,
      @Nullable List<JsonValue> elements) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.members = members;
    this.elements = elements;
    this.kind =
        switch (source[start]) {
          case '{' -> Kind.OBJECT;
          case '[' -> Kind.ARRAY;
          case '"' -> Kind.STRING;
          case 't', 'f' -> Kind.BOOLEAN;
          case 'n' -> Kind.NULL;
          default -> Kind.NUMBER;
        };
  }

  public Kind kind() {
    return kind;
  }

  /** The members of an object in the client's order. */
  public Map<String, JsonValue> members() {
    if (source[start] != '{') {
      throw new IllegalStateException("not an object: " + kind);
    }
    if (members == null) {
      members = opened().members();
    }
    return members;
  }

  /** The elements of an array. */
  public List<JsonValue> elements() {
    if (source[start] != '[') {
      throw new IllegalStateException("not an array: " + kind);
    }
    if (elements == null) {
      elements = opened().elements();
    }
    return elements;
  }

  /** The characters of a string (also of one that meta calls a date or a URL). */
  public String text() {
    if (source[start] != '"') {
      throw new IllegalStateException("not a string: " + kind);
    }
    return StrictJson.text(source, start, end);
  }

  /** A number's digits as sent; those of a bigint without its quotes. */
  public String numberText() {
    return source[start] == '"' ? text() : slice();
  }

  public boolean bool() {
    return source[start] == 't';
  }

  /** This value as JSON text: the client's own where nothing below was changed. */
  public String render() {
    if (!isChanged()) {
      return slice();
    }
    return switch (kind) {
      case OBJECT ->
          members().entrySet().stream()
              .map(member -> quoted(member.getKey()) + ':' + member.getValue().render())
              .collect(joining(",", "{", "}"));
      case ARRAY, SET, MAP ->
          elements().stream().map(JsonValue::render).collect(joining(",", "[", "]"));
      case NUMBER -> numberText();
      case NAN, NULL -> "null";
      case STRING, BOOLEAN, DATE -> slice();
    };
  }

  /** Removes a member, if it is there. */
  public void remove(String key) {
    changed |= members().remove(key) != null;
  }

  void become(Kind other) {
    kind = other;
    changed = true;
  }

  private boolean isChanged() {
    return changed
        || members != null && members.values().stream().anyMatch(JsonValue::isChanged)
        || elements != null && elements.stream().anyMatch(JsonValue::isChanged);
  }

  private JsonValue opened() {
    return StrictJson.parse(source, start, end, 1);
  }

  private String slice() {
    return new String(source, start, end - start, UTF_8);
  }

  private static String quoted(String name) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
  }
}
