package io.impresario.log.line;

/** Sizes of texts as they are stored, without encoding them. */
public final class Utf8 {
  private Utf8() {}

  /** Bytes of the text in UTF-8; a lone surrogate counts one, as the "?" that it becomes. */
  public static int length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (isPair(text, i)) {
        bytes += 4;
        i++;
      } else {
        bytes++;
      }
    }
    return bytes;
  }

  /** The longest beginning of at most so many bytes that splits no character. */
  public static String prefix(String text, int maxBytes) {
    int bytes = 0;
    int i = 0;
    while (i < text.length()) {
      int chars = isPair(text, i) ? 2 : 1;
      bytes += length(text.substring(i, i + chars));
      if (bytes > maxBytes) {
        break;
      }
      i += chars;
    }
    return text.substring(0, i);
  }

  private static boolean isPair(String text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }
}
