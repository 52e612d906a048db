package io.impresario.job.credential;

import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The spelling under which a credential is stored and looked up: trimmed, lower case. */
final class CredentialName {
  private static final int MAX = 200;

  private CredentialName() {}

  static String required(Input input) {
    String name = normal(input.requiredText("name", 1, MAX));
    refuseBlank(input, name);
    return name;
  }

  static @Nullable String optional(Input input) {
    String text = input.optionalText("name", 1, MAX);
    if (text == null) {
      return null;
    }
    String name = normal(text);
    refuseBlank(input, name);
    return name;
  }

  static String normal(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private static void refuseBlank(Input input, String name) {
    if (name.isEmpty() && input.valid()) {
      input.issue(Issue.textTooShort(List.of("name"), 1));
    }
  }
}
