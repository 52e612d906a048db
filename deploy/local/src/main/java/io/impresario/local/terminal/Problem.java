package io.impresario.local.terminal;

/**
 * Something that the user should know and can act on: one sentence, printed without a stack trace.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Problem(String sentence) {
    super(sentence);
  }

  public Problem(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
