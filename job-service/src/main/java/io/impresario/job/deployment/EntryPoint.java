package io.impresario.job.deployment;

import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import java.util.List;

/** The entry point of a deployment: a relative path with forward slashes and no dots. */
final class EntryPoint {
  static final String DEFAULT = "index.ts";
  private static final int MAX = 1024;

  private EntryPoint() {}

  static String read(Input input) {
    String text = input.optionalText("entry_point", 1, MAX);
    if (text == null) {
      return DEFAULT;
    }
    String path = text.startsWith("./") ? text.substring(2) : text;
    boolean plain =
        !path.isEmpty()
            && path.indexOf('\\') < 0
            && path.chars().noneMatch(Character::isISOControl)
            && List.of(path.split("/", -1)).stream()
                .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
    if (!plain && input.valid()) {
      input.issue(
          Issue.custom(
              "entry_point", "Must be a relative path inside the archive, without \"..\""));
    }
    return path;
  }
}
