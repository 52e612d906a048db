package io.impresario.job.logline;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values of injected credentials out of what a run says, in all their {@link Spellings},
 * in time that grows with the text alone. Values that overlap are taken out together, so that none
 * leaves a rest.
 */
public final class Redaction {
  private static final String MARK = "[redacted]";
  private static final int MAX_LINE_BYTES = 64 * 1024;
  private static final int MAX_CHARACTER_BYTES = 4;

  private final @Nullable SecretFinder secrets;

  public Redaction(Collection<String> values) {
    this.secrets =
        values.stream().allMatch(String::isEmpty) ? null : new SecretFinder(Spellings.of(values));
  }

  public String apply(String text) {
    return apply(text, false);
  }

  /**
   * @param cut whether the text may have lost its end: then a secret may have lost its own with it
   */
  public String apply(String text, boolean cut) {
    return secrets == null ? text : secrets.replace(text, cut, MARK);
  }

  /** For a stack, which the executor cuts as it cuts a line. */
  public @Nullable String applyTo(@Nullable String text) {
    return text == null ? null : apply(text, isCut(text));
  }

  /** Whether it is as long as the executor lets a line be: then its end may be missing. */
  public static boolean isCut(String line) {
    return line.length() >= MAX_LINE_BYTES / MAX_CHARACTER_BYTES
        && line.getBytes(StandardCharsets.UTF_8).length > MAX_LINE_BYTES - MAX_CHARACTER_BYTES;
  }
}
