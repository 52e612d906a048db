package io.impresario.targets;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A syntactically sound http(s) target.
 *
 * @param tls whether the scheme is https
 * @param host lower-case ASCII name without a trailing dot, or the canonical text of the address
 * @param port 1 to 65535, the scheme's default when the URL names none
 * @param requestTarget path and query as they go on the request line; at least {@code /}
 * @param literal the address, when the host was one in any spelling
 */
public record Target(
    boolean tls, String host, int port, String requestTarget, Optional<InetAddress> literal) {

  /** The value of the {@code Host} header: without the port when it is the scheme's own. */
  public String hostHeader() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == defaultPort(tls) ? name : name + ":" + port;
  }

  static int defaultPort(boolean tls) {
    return tls ? 443 : 80;
  }
}
