package io.impresario.rpc;

import io.impresario.events.JsonText;
import io.impresario.rpc.json.JsonValue;
import io.impresario.rpc.json.JsonValue.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of the input object of one call. Each method reads one field and, when it breaks a
 * rule, notes a Zod 3 issue and returns a stand-in; {@link #check()} throws all issues at once, so
 * call it after the last read and before the first use. An optional field that is {@code null} is
 * an issue, as in Zod: where null means something, ask {@link #isNull} first. Fields that nobody
 * has asked for become warnings. Not thread-safe.
 */
public final class Input extends CheckedFields {
  private static final UUID NO_UUID = new UUID(0, 0);

  private Input(Map<String, JsonValue> members, List<Object> path, List<Issue> issues) {
    super(members, path, issues);
  }

  /**
   * Decodes a request body: {@code {"json": input, "meta": […]}}. No body and no {@code json} are
   * an empty input.
   *
   * @throws RpcException 400 when the body is malformed, or its input is not an object
   */
  public static Input ofBody(byte[] body) {
    return of(RequestBody.enveloped(body));
  }

  /**
   * Reads a bare JSON object, as the routes outside the envelope take it.
   *
   * @throws RpcException 400 when it is malformed or not an object
   */
  public static Input ofPlainBody(byte[] body) {
    return of(RequestBody.plain(body));
  }

  private static Input of(@Nullable JsonValue json) {
    if (json == null) {
      return new Input(Map.of(), List.of(), new ArrayList<>());
    }
    if (json.kind() != Kind.OBJECT) {
      throw RpcException.validation(
          List.of(Issue.invalidType(List.of(), "object", json.kind().zodName())));
    }
    return new Input(json.members(), List.of(), new ArrayList<>());
  }

  /** Length in UTF-16 units, as JavaScript counts. */
  public String requiredText(String field, int min, int max) {
    String text = optionalText(field, min, max);
    return text == null ? missing(field, "string", "") : text;
  }

  public @Nullable String optionalText(String field, int min, int max) {
    JsonValue value = find(field);
    return value == null ? null : text(field, value, min, max);
  }

  public UUID requiredUuid(String field) {
    UUID id = optionalUuid(field);
    return id == null ? missing(field, "string", NO_UUID) : id;
  }

  public @Nullable UUID optionalUuid(String field) {
    String text = optionalText(field, 0, Integer.MAX_VALUE);
    if (text == null) {
      return null;
    }
    if (TextFormat.isUuid(text)) {
      return UUID.fromString(text);
    }
    if (isText(field)) {
      issue(Issue.invalidString(field, "uuid", "Invalid uuid"));
    }
    return NO_UUID;
  }

  /**
   * An absolute URL of at most {@code max} characters; which schemes and hosts is the caller's to
   * judge.
   */
  public @Nullable String optionalUrl(String field, int max) {
    String text = optionalText(field, 0, max);
    if (text != null && isText(field) && !TextFormat.isUrl(text)) {
      issue(Issue.invalidString(field, "url", "Invalid url"));
    }
    return text;
  }

  public String requiredUrl(String field, int max) {
    String text = optionalUrl(field, max);
    return text == null ? missing(field, "string", "") : text;
  }

  /** An ISO-8601 date-time with its offset. */
  public @Nullable Instant optionalInstant(String field) {
    String text = optionalText(field, 0, Integer.MAX_VALUE);
    if (text == null || !isText(field)) {
      return null;
    }
    Instant instant = TextFormat.instant(text);
    if (instant == null) {
      issue(Issue.invalidString(field, "datetime", "Invalid datetime"));
      return Instant.EPOCH;
    }
    return instant;
  }

  public @Nullable Cursor optionalCursor(String field) {
    String text = optionalText(field, 0, Integer.MAX_VALUE);
    if (text == null || !isText(field)) {
      return null;
    }
    try {
      return Cursor.decode(text, field);
    } catch (RpcException damaged) {
      issue(Issue.custom(field, "Invalid cursor"));
      return new Cursor(Instant.EPOCH, NO_UUID);
    }
  }

  public @Nullable Boolean optionalBoolean(String field) {
    JsonValue value = find(field);
    if (value == null) {
      return null;
    }
    if (value.kind() != Kind.BOOLEAN) {
      typeIssue(field, "boolean", value);
      return Boolean.FALSE;
    }
    return value.bool();
  }

  public boolean bool(String field, boolean fallback) {
    Boolean value = optionalBoolean(field);
    return value == null ? fallback : value;
  }

  public int requiredInt(String field, int min, int max) {
    Integer value = optionalInt(field, min, max);
    return value == null ? missing(field, "number", min) : value;
  }

  public int integer(String field, int min, int max, int fallback) {
    Integer value = optionalInt(field, min, max);
    return value == null ? fallback : value;
  }

  public @Nullable Integer optionalInt(String field, int min, int max) {
    JsonValue value = find(field);
    if (value == null) {
      return null;
    }
    if (value.kind() != Kind.NUMBER) {
      typeIssue(field, "number", value);
      return min;
    }
    double number = Double.parseDouble(value.numberText());
    if (Double.isInfinite(number) || number != Math.rint(number)) {
      issue(Issue.invalidType(List.of(field), "integer", "float"));
    }
    if (number < min) {
      issue(Issue.numberTooSmall(List.of(field), min));
    }
    if (number > max) {
      issue(Issue.numberTooBig(List.of(field), max));
    }
    return (int) number;
  }

  public <E extends Enum<E>> E requiredEnum(String field, Class<E> type) {
    E value = optionalEnum(field, type);
    if (value == null) {
      return missing(field, Issue.quoted(TextFormat.names(type)), type.getEnumConstants()[0]);
    }
    return value;
  }

  /** One of the enum's constants, by its name in lower case. */
  public <E extends Enum<E>> @Nullable E optionalEnum(String field, Class<E> type) {
    JsonValue value = find(field);
    if (value == null) {
      return null;
    }
    if (value.kind() != Kind.STRING) {
      typeIssue(field, Issue.quoted(TextFormat.names(type)), value);
      return type.getEnumConstants()[0];
    }
    String text = value.text();
    E constant = TextFormat.named(type, text);
    if (constant != null) {
      return constant;
    }
    issue(Issue.invalidEnumValue(List.of(field), TextFormat.names(type), text));
    return type.getEnumConstants()[0];
  }

  /** A list of texts, each of 1 to {@code maxLength} characters; null when absent. */
  public @Nullable List<String> optionalTexts(String field, int maxItems, int maxLength) {
    JsonValue value = find(field);
    if (value == null) {
      return null;
    }
    if (value.kind() != Kind.ARRAY && value.kind() != Kind.SET) {
      typeIssue(field, "array", value);
      return List.of();
    }
    if (value.elements().size() > maxItems) {
      issue(Issue.arrayTooBig(List.of(field), maxItems));
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonValue element : value.elements()) {
      texts.add(text(List.of(field, texts.size()), element, 1, maxLength));
    }
    return texts;
  }

  /** Any JSON object as the client's own text. */
  public JsonText object(String field, JsonText fallback, int maxBytes) {
    JsonValue value = find(field);
    if (value == null) {
      return fallback;
    }
    if (value.kind() != Kind.OBJECT) {
      typeIssue(field, "object", value);
      return fallback;
    }
    String text = value.render();
    if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      issue(Issue.jsonTooBig(List.of(field), maxBytes));
      return fallback;
    }
    return new JsonText(text);
  }

  /** As {@link #object}, without one key of the object itself. */
  public JsonText objectWithout(String key, String field, JsonText fallback, int maxBytes) {
    JsonValue value = find(field);
    if (value != null && value.kind() == Kind.OBJECT) {
      value.remove(key);
    }
    return object(field, fallback, maxBytes);
  }

  /** A reader for an object inside this one; its issues carry this field in their paths. */
  public @Nullable Input optionalObject(String field) {
    JsonValue value = find(field);
    if (value == null) {
      return null;
    }
    if (value.kind() != Kind.OBJECT) {
      typeIssue(field, "object", value);
      return new Input(Map.of(), pathTo(field), new ArrayList<>());
    }
    Input reader = new Input(value.members(), pathTo(field), issues());
    watch(reader);
    return reader;
  }
}
