package io.impresario.rpc;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The formats that a text of an input may have to keep. */
final class TextFormat {
  private static final Pattern UUID_SHAPE =
      Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private TextFormat() {}

  static boolean isUuid(String text) {
    return UUID_SHAPE.matcher(text).matches();
  }

  static boolean isUrl(String text) {
    try {
      return URI.create(text).isAbsolute();
    } catch (IllegalArgumentException notUrl) {
      return false;
    }
  }

  /** Null when the text is not an ISO-8601 date-time with an offset. */
  static @Nullable Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notIso) {
      return null;
    }
  }

  static <E extends Enum<E>> List<String> names(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Null when no constant has that name in lower case. */
  static <E extends Enum<E>> @Nullable E named(Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
        return constant;
      }
    }
    return null;
  }
}
