package io.impresario.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Locale;
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

  /** How records are compressed on their way and in the topics; every subscriber must read it. */
  Compression compression();

  /** The codecs that brokers know. */
  enum Compression {
    NONE,
    GZIP,
    SNAPPY,
    LZ4,
    ZSTD;

    /** As clients of Kafka write it. */
    public String codec() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  default String named(String topic) {
    return prefix().orElse("") + topic;
  }
}
