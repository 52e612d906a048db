package io.impresario.rpc.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  private JsonValue(byte[] source, int start, int end) {
    this.source = source;
    this.start = start;
    this.end = end;
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

  static JsonValue of(byte[] source, int start, int end) {
    return new JsonValue(source, start, end);
  }

  /** The value {@code {}}. */
  public static JsonValue emptyObject() {
    return new JsonValue(new byte[] {'{', '}'}, 0, 2);
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
      members = readMembers();
    }
    return members;
  }

  /** The elements of an array. */
  public List<JsonValue> elements() {
    if (source[start] != '[') {
      throw new IllegalStateException("not an array: " + kind);
    }
    if (elements == null) {
      elements = readElements();
    }
    return elements;
  }

  /** The characters of a string (also of one that meta calls a date or a URL). */
  public String text() {
    if (source[start] != '"') {
      throw new IllegalStateException("not a string: " + kind);
    }
    return JsonScan.decode(source, start + 1, end - 1);
  }

  /**
   * The UTF-8 bytes of a string; a view of the body, uncopied, unless the client escaped something.
   */
  public ByteBuffer textBytes() {
    if (JsonScan.hasEscape(source, start + 1, end - 1)) {
      return ByteBuffer.wrap(text().getBytes(UTF_8));
    }
    return ByteBuffer.wrap(source, start + 1, end - start - 2).slice();
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
    if (!changedBelow()) {
      return plain();
    }
    StringBuilder out = new StringBuilder();
    renderTo(out);
    return out.toString();
  }

  void become(Kind other) {
    kind = other;
    changed = true;
  }

  /** Removes a member, as {@code undefined} does. */
  void drop(String key) {
    members().remove(key);
    changed = true;
  }

  /** Removes a member, if it is there. */
  public boolean remove(String key) {
    boolean had = members().containsKey(key);
    if (had) {
      drop(key);
    }
    return had;
  }

  private boolean changedBelow() {
    if (changed) {
      return true;
    }
    if (members != null) {
      return members.values().stream().anyMatch(JsonValue::changedBelow);
    }
    return elements != null && elements.stream().anyMatch(JsonValue::changedBelow);
  }

  private void renderTo(StringBuilder out) {
    if (members != null) {
      out.append('{');
      String separator = "";
      for (Map.Entry<String, JsonValue> member : members.entrySet()) {
        out.append(separator).append(JsonScan.quote(member.getKey())).append(':');
        member.getValue().renderTo(out);
        separator = ",";
      }
      out.append('}');
    } else if (elements != null) {
      out.append('[');
      String separator = "";
      for (JsonValue element : elements) {
        out.append(separator);
        element.renderTo(out);
        separator = ",";
      }
      out.append(']');
    } else {
      out.append(plain());
    }
  }

  private String plain() {
    return switch (kind) {
      case NAN, NULL -> "null";
      case NUMBER -> numberText();
      case OBJECT, ARRAY, STRING, BOOLEAN, DATE, SET, MAP -> slice();
    };
  }

  private String slice() {
    return new String(source, start, end - start, UTF_8);
  }

  private Map<String, JsonValue> readMembers() {
    Map<String, JsonValue> found = new LinkedHashMap<>();
    int at = JsonScan.skipSpace(source, start + 1);
    while (source[at] != '}') {
      int keyEnd = JsonScan.skipValue(source, at);
      String key = JsonScan.decode(source, at + 1, keyEnd - 1);
      at = JsonScan.skipSpace(source, JsonScan.skipSpace(source, keyEnd) + 1);
      int valueEnd = JsonScan.skipValue(source, at);
      found.put(key, new JsonValue(source, at, valueEnd));
      at = afterComma(valueEnd);
    }
    return found;
  }

  private List<JsonValue> readElements() {
    List<JsonValue> found = new ArrayList<>();
    int at = JsonScan.skipSpace(source, start + 1);
    while (source[at] != ']') {
      int valueEnd = JsonScan.skipValue(source, at);
      found.add(new JsonValue(source, at, valueEnd));
      at = afterComma(valueEnd);
    }
    return found;
  }

  private int afterComma(int at) {
    int next = JsonScan.skipSpace(source, at);
    return source[next] == ',' ? JsonScan.skipSpace(source, next + 1) : next;
  }
}
