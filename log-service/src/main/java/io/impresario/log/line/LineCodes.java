package io.impresario.log.line;

import io.impresario.events.LogLevel;
import io.impresario.events.LogSource;

/** The numbers that stand for levels and sources in the table; they never change. */
public final class LineCodes {
  private LineCodes() {}

  public static short of(LogLevel level) {
    return switch (level) {
      case INFO -> 1;
      case WARN -> 2;
      case ERROR -> 3;
    };
  }

  public static LogLevel level(int code) {
    return switch (code) {
      case 1 -> LogLevel.INFO;
      case 2 -> LogLevel.WARN;
      case 3 -> LogLevel.ERROR;
      default -> throw new IllegalArgumentException("no such level: " + code);
    };
  }

  public static short of(LogSource source) {
    return switch (source) {
      case EXECUTOR -> 1;
      case CONSOLE -> 2;
      case STDOUT -> 3;
      case STDERR -> 4;
    };
  }
}
