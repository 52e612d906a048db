package io.impresario.gateway.forward;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** W3C trace context: continues a client's trace or begins one. */
final class Traces {
  private static final Pattern VALID =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private Traces() {}

  static String continued(@Nullable String traceparent) {
    if (traceparent != null && VALID.matcher(traceparent).matches()) {
      return traceparent;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return String.format(
        "00-%016x%016x-%016x-01", random.nextLong(), random.nextLong() | 1, random.nextLong() | 1);
  }
}
