package io.impresario.rpc.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which content types count as JSON: application/json and +json types, in UTF-8. */
public final class ContentTypes {
  private static final Pattern JSON =
      Pattern.compile(
          "(?i)\\s*application/(?:[a-z0-9.-]{1,64}\\+)?json\\s*(?:;(?!.*charset\\s*=\\s*\"?(?!utf-?8)).*)?");

  private ContentTypes() {}

  public static boolean isJson(@Nullable String contentType) {
    return contentType != null && JSON.matcher(contentType).matches();
  }
}
