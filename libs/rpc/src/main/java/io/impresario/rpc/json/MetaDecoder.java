package io.impresario.rpc.json;

import io.impresario.events.JsonLimits;
import io.impresario.rpc.json.JsonValue.Kind;
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
  private static final Pattern BIG_INTEGER =
      Pattern.compile("-?(?:0|[1-9][0-9]{0," + (JsonLimits.MAX_NUMBER_DIGITS - 1) + "})");
  private static final Pattern REG_EXP = Pattern.compile("(?s)/.*/[a-z]*");
  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");

  private MetaDecoder() {}

  /**
   * @param json the value that the paths begin at; null when the body has none
   * @return the value after all entries, null when it is undefined
   * @throws MalformedJsonException when an entry is not such a list, its path does not exist or its
   *     value does not fit its type
   */
  public static @Nullable JsonValue apply(@Nullable JsonValue json, JsonValue meta) {
    if (meta.kind() != Kind.ARRAY) {
      throw new MalformedJsonException("meta is not a list");
    }
    JsonValue root = json;
    for (JsonValue entry : meta.elements()) {
      if (entry.kind() != Kind.ARRAY || entry.elements().isEmpty()) {
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
    } else if (parent.kind() == Kind.OBJECT) {
      parent.remove(last);
    } else {
      value.become(Kind.NAN);
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
    int index = INDEX.matcher(segment).matches() ? Integer.parseInt(segment) : elements.size();
    return existing(index < elements.size() ? elements.get(index) : null);
  }

  private static int type(JsonValue value) {
    if (value.kind() != Kind.NUMBER || !value.numberText().matches("[0-7]")) {
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
                throw new MalformedJsonException("a meta path segment is not a key");
          });
    }
    return path;
  }

  private static void convert(JsonValue value, int type) {
    boolean fits =
        switch (type) {
          case 0 -> isText(value, BIG_INTEGER);
          case 1 -> value.kind() == Kind.NULL || isDate(value);
          case 2 -> true;
          case 4 -> isUrl(value);
          case 5 -> isText(value, REG_EXP);
          case 6 -> value.kind() == Kind.ARRAY;
          default -> isPairs(value);
        };
    if (!fits) {
      throw new MalformedJsonException("a value does not fit its meta type");
    }
    switch (type) {
      case 0 -> value.become(Kind.NUMBER);
      // An invalid Date of JavaScript is sent as null, and stays that.
      case 1 -> value.become(value.kind() == Kind.NULL ? Kind.NULL : Kind.DATE);
      case 2 -> value.become(Kind.NAN);
      case 6 -> value.become(Kind.SET);
      case 7 -> value.become(Kind.MAP);
      default -> {}
    }
  }

  private static boolean isText(JsonValue value, Pattern pattern) {
    return value.kind() == Kind.STRING && pattern.matcher(value.text()).matches();
  }

  private static boolean isDate(JsonValue value) {
    try {
      return value.kind() == Kind.STRING && OffsetDateTime.parse(value.text()) != null;
    } catch (DateTimeException notIso) {
      return false;
    }
  }

  private static boolean isUrl(JsonValue value) {
    try {
      return value.kind() == Kind.STRING && URI.create(value.text()).isAbsolute();
    } catch (IllegalArgumentException notUrl) {
      return false;
    }
  }

  private static boolean isPairs(JsonValue value) {
    return value.kind() == Kind.ARRAY
        && value.elements().stream()
            .allMatch(pair -> pair.kind() == Kind.ARRAY && pair.elements().size() == 2);
  }
}
