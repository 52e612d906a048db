package io.impresario.job.deployment;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/** Settings of a builder that does one build at a time. */
final class BuildSettings {
  private BuildSettings() {}

  static BuildConfig withTimeLimit(String limit) {
    return new SmallRyeConfigBuilder()
        .withMapping(BuildConfig.class)
        .withConverter(Duration.class, 100, new DurationConverter())
        .withDefaultValues(
            Map.of(
                "impresario.build.concurrency", "1",
                "impresario.build.tenant-concurrency", "1",
                "impresario.build.lease", "20s",
                "impresario.build.max-attempts", "5",
                "impresario.build.time-limit", limit))
        .build()
        .getConfigMapping(BuildConfig.class);
  }
}
