package io.impresario.rpc.http;

import io.impresario.rpc.Ids;
import java.time.Clock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id by which one request is found in every log line that speaks of it. */
public final class RequestIds {
  public static final String HEADER = "x-request-id";

  /**
   * What we take over from a client: short enough to log and free of anything that could break a
   * line.
   */
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

  private RequestIds() {}

  /** The client's own id when it is sane, else a new one. */
  public static String of(@Nullable String fromClient, Clock clock) {
    return fromClient != null && SANE.matcher(fromClient).matches()
        ? fromClient
        : Ids.next(clock).toString();
  }
}
