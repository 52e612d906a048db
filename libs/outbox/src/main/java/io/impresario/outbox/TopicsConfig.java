package io.impresario.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** How topics are named and made. */
@ConfigMapping(prefix = "impresario.topics")
public interface TopicsConfig {

  /** Stands before every topic's name; for several installations on one broker. */
  Optional<String> prefix();

  /** Partitions of a topic that is made; existing topics stay as they are. */
  @WithDefault("6")
  int partitions();

  /** Copies of a topic that is made; 3 on a cluster that has as many brokers. */
  @WithDefault("1")
  short replication();

  default String named(String topic) {
    return prefix().orElse("") + topic;
  }
}
