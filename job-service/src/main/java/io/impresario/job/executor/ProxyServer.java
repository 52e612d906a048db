package io.impresario.job.executor;

import org.jspecify.annotations.Nullable;

/**
 * The proxy that all of a run's browser traffic leaves through.
 *
 * @param server e.g. {@code http://proxy.example:8080}
 */
public record ProxyServer(String server, @Nullable String username, @Nullable String password) {
  @Override
  public String toString() {
    return "ProxyServer[" + server + "]";
  }
}
