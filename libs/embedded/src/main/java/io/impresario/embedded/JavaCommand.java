package io.impresario.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a child JVM: the Java of this one, in a session of its own, with one language
 * and encoding whatever the user's are. In Turkish "i" does not become "I", and the broker does not
 * start; in Arabic its log has other digits.
 */
public final class JavaCommand {
  private static final List<String> LANGUAGE =
      List.of("-Duser.language=en", "-Duser.country=US", "-Dfile.encoding=UTF-8");

  private JavaCommand() {}

  /**
   * @param options of the JVM; what to run is added behind them
   */
  public static List<String> with(List<String> options) {
    List<String> command = new ArrayList<>(OwnSession.prefix());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(LANGUAGE);
    return command;
  }
}
