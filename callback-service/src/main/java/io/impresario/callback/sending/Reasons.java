package io.impresario.callback.sending;

import java.net.ConnectException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Words for what goes wrong on a connection; they are shown to tenants. */
final class Reasons {

  private static final int MAX = 200;

  private Reasons() {}

  static String of(Throwable failure) {
    Throwable root = root(failure);
    String message = firstLine(root.getMessage());
    if (root instanceof ConnectException) {
      return message.contains("refused") ? "connection refused" : message;
    }
    if (failure instanceof SSLException || root instanceof SSLException) {
      return "TLS failed: " + message;
    }
    return message.isEmpty() ? root.getClass().getSimpleName() : message;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; depth < 10 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return root;
  }

  private static String firstLine(@Nullable String message) {
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    return line.length() > MAX ? line.substring(0, MAX) : line;
  }
}
