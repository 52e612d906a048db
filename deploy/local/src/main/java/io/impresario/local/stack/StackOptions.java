package io.impresario.local.stack;

import io.impresario.local.terminal.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the user asked for.
 *
 * @param port of the gateway
 * @param settings by service, then by key: {@code replicas}, or a configuration key of that service
 * @param temporary the data directory is deleted at the end
 */
public record StackOptions(int port, Map<String, Map<String, String>> settings, boolean temporary) {
  static final String REPLICAS = "replicas";

  public StackOptions {
    settings.forEach(
        (service, values) -> {
          if (ServiceKind.named(service).isEmpty()) {
            throw new Problem("--set names no service: " + service + ".");
          }
          int replicas = replicas(values);
          if (replicas < 1 || replicas > 9) {
            throw new Problem("--set " + service + ".replicas must be from 1 to 9.");
          }
        });
  }

  int replicas(ServiceKind kind) {
    return replicas(settings(kind));
  }

  Map<String, String> settings(ServiceKind kind) {
    return settings.getOrDefault(kind.module(), Map.of());
  }

  /** Settings of these options that the other ones lack or have with another value. */
  public List<String> notIn(StackOptions other) {
    List<String> different = new ArrayList<>();
    settings.forEach(
        (service, values) ->
            values.forEach(
                (key, value) -> {
                  if (!value.equals(other.settings.getOrDefault(service, Map.of()).get(key))) {
                    different.add(service + "." + key + "=" + value);
                  }
                }));
    return different;
  }

  private static int replicas(Map<String, String> values) {
    try {
      return Integer.parseInt(values.getOrDefault(REPLICAS, "1"));
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }
}
