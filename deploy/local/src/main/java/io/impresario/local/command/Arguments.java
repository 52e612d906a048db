package io.impresario.local.command;

import io.impresario.local.stack.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The words behind a command. What was not taken at the end is a mistake and said. */
public final class Arguments {
  private final List<String> words;

  public Arguments(List<String> words) {
    this.words = new ArrayList<>(words);
  }

  public boolean flag(String name) {
    return words.remove(name);
  }

  /** {@code --name value} or {@code --name=value}. */
  public Optional<String> option(String name) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith(name + "=")) {
        words.remove(i);
        return Optional.of(word.substring(name.length() + 1));
      }
      if (word.equals(name)) {
        if (i + 1 == words.size()) {
          throw new Problem(name + " needs a value.");
        }
        words.remove(i);
        return Optional.of(words.remove(i));
      }
    }
    return Optional.empty();
  }

  public List<String> options(String name) {
    List<String> values = new ArrayList<>();
    for (Optional<String> value = option(name); value.isPresent(); value = option(name)) {
      values.add(value.get());
    }
    return values;
  }

  /** The next word that is no option. */
  public String word(String what) {
    if (words.isEmpty() || words.get(0).startsWith("--")) {
      throw new Problem("Name " + what + ".");
    }
    return words.remove(0);
  }

  public void end() {
    if (!words.isEmpty()) {
      throw new Problem("Not understood: " + String.join(" ", words) + "; see ./impresario help.");
    }
  }
}
