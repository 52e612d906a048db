package io.impresario.rpc.json;

import java.net.URI;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Applies the {@code meta} of an oRPC v1 body to its {@code json}: entries {@code [type, ...path]},
 * types 0 to 7. Values that JSON has no form for end as what JavaScript would write for them: NaN
 * as null, an undefined element as null; sets and maps stay the arrays that they were sent as.
 */
public final class MetaDecoder {
  private static final Pattern BIG_INTEGER = Pattern.compile("-?[0-9]{1,100000}");
  private static final Pattern REG_EXP = Pattern.compile("(?s)/.*/[a-z]*");
  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");

  private MetaDecoder() {}

  /**
   * @param json the value that the paths begin at; null when the body has none
   * @return the value after all entries, null when it is undefined
   * @throws MalformedJsonException when an entry is no such list, its path does not exist or its
   *     value does not fit its type
   */
  public static @Nullable JsonValue apply(@Nullable JsonValue json, JsonValue meta) {
    if (meta.kind() != JsonValue.Kind.ARRAY) {
      throw new MalformedJsonException("meta is not a list");
    }
    JsonValue root = json;
    for (JsonValue entry : meta.elements()) {
      if (entry.kind() != JsonValue.Kind.ARRAY || entry.elements().isEmpty()) {
        throw new MalformedJsonException("a meta entry is not a list");
      }
      int type = type(entry.elements().get(0));
      List<String> path = path(entry.elements());
      if (!path.isEmpty()) {
        applyAt(root, type, path);
      } else if (type == 3) {
        root = null;
      } else {
        convert(existing(root), type);
      }
    }
    return root;
  }

  private static void applyAt(@Nullable JsonValue root, int type, List<String> path) {
    JsonValue parent = existing(root);
    for (String segment : path.subList(0, path.size() - 1)) {
      parent = child(parent, segment);
    }
    String last = path.get(path.size() - 1);
    JsonValue value = child(parent, last);
    if (type != 3) {
      convert(value, type);
    } else if (parent.kind() == JsonValue.Kind.OBJECT) {
      parent.drop(last);
    } else {
      value.become(JsonValue.Kind.NAN);
    }
  }

  private static JsonValue existing(@Nullable JsonValue value) {
    if (value == null) {
      throw new MalformedJsonException("a meta path does not exist");
    }
    return value;
  }

  private static JsonValue child(JsonValue parent, String segment) {
    return switch (parent.kind()) {
      case OBJECT -> existing(parent.members().get(segment));
      case ARRAY, SET, MAP -> element(parent.elements(), segment);
      case STRING, NUMBER, BOOLEAN, NULL, NAN, DATE -> existing(null);
    };
  }

  private static JsonValue element(List<JsonValue> elements, String segment) {
    if (!INDEX.matcher(segment).matches() || Integer.parseInt(segment) >= elements.size()) {
      return existing(null);
    }
    return elements.get(Integer.parseInt(segment));
  }

  private static int type(JsonValue value) {
    if (value.kind() != JsonValue.Kind.NUMBER || !value.numberText().matches("[0-7]")) {
      throw new MalformedJsonException("an unknown meta type");
    }
    return Integer.parseInt(value.numberText());
  }

  private static List<String> path(List<JsonValue> entry) {
    List<String> path = new ArrayList<>(entry.size() - 1);
    for (JsonValue segment : entry.subList(1, entry.size())) {
      path.add(
          switch (segment.kind()) {
            case STRING -> segment.text();
            case NUMBER -> segment.numberText();
            case OBJECT, ARRAY, BOOLEAN, NULL, NAN, DATE, SET, MAP ->
                throw new MalformedJsonException("a meta path segment is no key");
          });
    }
    return path;
  }

  private static void convert(JsonValue value, int type) {
    switch (type) {
      case 0 -> require(matches(value, BIG_INTEGER)).become(JsonValue.Kind.NUMBER);
      case 1 -> applyDate(value);
      case 2 -> value.become(JsonValue.Kind.NAN);
      case 4 -> require(isUrl(value));
      case 5 -> require(matches(value, REG_EXP));
      case 6 -> require(isArray(value)).become(JsonValue.Kind.SET);
      default -> require(isPairs(value)).become(JsonValue.Kind.MAP);
    }
  }

  private static JsonValue require(@Nullable JsonValue value) {
    if (value == null) {
      throw new MalformedJsonException("a value does not fit its meta type");
    }
    return value;
  }

  private static @Nullable JsonValue matches(JsonValue value, Pattern pattern) {
    boolean fits = value.kind() == JsonValue.Kind.STRING && pattern.matcher(value.text()).matches();
    return fits ? value : null;
  }

  /** An invalid Date of JavaScript is sent as null, and stays that. */
  private static void applyDate(JsonValue value) {
    if (value.kind() != JsonValue.Kind.NULL) {
      require(isDate(value)).become(JsonValue.Kind.DATE);
    }
  }

  private static @Nullable JsonValue isDate(JsonValue value) {
    if (value.kind() != JsonValue.Kind.STRING) {
      return null;
    }
    try {
      OffsetDateTime.parse(value.text());
      return value;
    } catch (DateTimeException notIso) {
      return null;
    }
  }

  private static @Nullable JsonValue isUrl(JsonValue value) {
    if (value.kind() != JsonValue.Kind.STRING) {
      return null;
    }
    try {
      return URI.create(value.text()).isAbsolute() ? value : null;
    } catch (IllegalArgumentException notUrl) {
      return null;
    }
  }

  private static @Nullable JsonValue isArray(JsonValue value) {
    return value.kind() == JsonValue.Kind.ARRAY ? value : null;
  }

  private static @Nullable JsonValue isPairs(JsonValue value) {
    boolean fits =
        value.kind() == JsonValue.Kind.ARRAY
            && value.elements().stream()
                .allMatch(
                    pair -> pair.kind() == JsonValue.Kind.ARRAY && pair.elements().size() == 2);
    return fits ? value : null;
  }
}
