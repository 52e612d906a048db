package io.impresario.log.intake;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** Which log lines are taken. */
@ConfigMapping(prefix = "impresario.intake")
public interface IntakeConfig {

  /** A longer message is cut, visibly. */
  MemorySize maxLineSize();

  /** When the messages of a job exceed this, a marker line ends its log. */
  MemorySize maxJobSize();

  /** A line that claims to be further in the future is a mistake and goes to the dead letters. */
  Duration maxAhead();
}
