package io.impresario.testing.rules;

/** What the house agrees on; {@code docs/conventions.md} gives the reasons. */
public enum Rule {
  /** Classes annotated with {@code @Path}. */
  RESOURCE("a resource is a package-private class with one constructor"),
  /** Fields annotated with {@code @Inject} or {@code @ConfigProperty}. */
  INJECTION("beans get what they need through their constructor"),
  /** {@code Instant.now()}, {@code System.currentTimeMillis()}, {@code Clock.system…} and alike. */
  CLOCK("only the producer of the injected Clock reads the system's clock"),
  /** {@code CompletionStage} in a signature that is not private. */
  FUTURE("asynchronous results are a Uni, except towards a library that wants a CompletionStage"),
  /** {@code subscribe().with(…)}. */
  SUBSCRIPTION("only a duty, a timer or an edge of the service subscribes"),
  /** {@code @JsonProperty} and {@code @JsonNaming}. */
  JSON_NAME("the mapper names JSON fields; records carry no naming annotations"),
  /** Names of classes and packages that say nothing. */
  NAME("a class or package is named for what it decides"),
  /** At most 15 files, {@code package-info.java} not counted. */
  PACKAGE_SIZE("a package has at most 15 files"),
  /** At most 300 lines, 600 in tests. */
  FILE_SIZE("a file has at most 300 lines, a test 600"),
  /** A paragraph on what the package decides, and {@code @NullMarked}. */
  PACKAGE_INFO("every package has a package-info with @NullMarked"),
  /** {@code subject.verb_in_past field=%s other="%s"}. */
  LOG_EVENT("a log line is an event key, then fields: subject.verb_in_past id=%s reason=\"%s\"");

  private final String sentence;

  Rule(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }
}
