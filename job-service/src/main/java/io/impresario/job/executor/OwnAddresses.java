package io.impresario.job.executor;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** What this service itself listens on and talks to, and no run has any business with. */
@ApplicationScoped
class OwnAddresses {
  private static final Pattern DATABASE = Pattern.compile("postgresql://(?:[^@/,]*@)?([^/?,]+)");
  private static final Pattern HAS_PORT = Pattern.compile(".*[^:]:\\d+|\\[.*]:\\d+");

  private final List<String> all;

  OwnAddresses(Config config) {
    this.all =
        Stream.of(
                ports(config, "quarkus.http.port"),
                ports(config, "quarkus.management.port"),
                databases(config),
                brokers(config))
            .flatMap(addresses -> addresses)
            .distinct()
            .toList();
  }

  List<String> all() {
    return all;
  }

  private static Stream<String> ports(Config config, String property) {
    return config.getOptionalValue(property, Integer.class).stream()
        .filter(port -> port > 0)
        .map(String::valueOf);
  }

  private static Stream<String> databases(Config config) {
    return config.getOptionalValue("quarkus.datasource.reactive.url", String.class).stream()
        .flatMap(urls -> DATABASE.matcher(urls).results())
        .map((MatchResult url) -> url.group(1))
        .map(address -> HAS_PORT.matcher(address).matches() ? address : address + ":5432");
  }

  private static Stream<String> brokers(Config config) {
    return config.getOptionalValue("kafka.bootstrap.servers", String.class).stream()
        .flatMap(servers -> Stream.of(servers.split(",")))
        .map(server -> server.replaceFirst("^\\w+://", "").strip())
        .filter(server -> !server.isEmpty());
  }
}
