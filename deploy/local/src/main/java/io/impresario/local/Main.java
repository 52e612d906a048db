package io.impresario.local;

import io.impresario.local.command.Arguments;
import io.impresario.local.command.DownCommand;
import io.impresario.local.command.KeysCommand;
import io.impresario.local.command.LogsCommand;
import io.impresario.local.command.SecretsCommand;
import io.impresario.local.command.StatusCommand;
import io.impresario.local.command.TenantsCommand;
import io.impresario.local.command.UpCommand;
import io.impresario.local.demo.DemoCommand;
import io.impresario.local.stack.Console;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Entry point: a {@link Problem} becomes one sentence and exit code 1, wrong usage exit code 2. */
public final class Main {
  private static final String USAGE =
      """
      Usage: ./impresario COMMAND

        demo                         run an example workflow through a stack of its own, then stop
        up [--port N] [--data DIR] [--clean] [--detach] [--set SERVICE.KEY=VALUE]...
                                     start everything and stay up; SERVICE.replicas=2 scales
        down                         stop what up started
        status [--json]              what runs
        logs SERVICE [--follow]      the log of a service, of kafka, postgres or the launcher
        keys issue NAME | list | revoke ID
        tenants create NAME | list
        secrets reencrypt            seal all stored secrets under the newest key""";

  private Main() {}

  /** The script {@code ./impresario} sets {@code impresario.root} to the checkout. */
  public static void main(String[] words) throws InterruptedException {
    Console console = new Console(System.out);
    int code;
    try {
      code = run(List.of(words), console);
    } catch (Problem problem) {
      System.err.println("impresario: " + problem.getMessage());
      code = 1;
    } catch (IOException e) {
      System.err.println("impresario: " + sentence(e));
      code = 1;
    }
    System.exit(code);
  }

  /** What a user can do about a disk. */
  static String sentence(IOException failure) {
    String reason = String.valueOf(failure.getMessage());
    if (failure instanceof AccessDeniedException denied) {
      reason = denied.getFile() + " may not be written by this user";
    } else if (failure instanceof NoSuchFileException missing) {
      reason = missing.getFile() + " cannot be made there";
    } else if (failure instanceof FileAlreadyExistsException file) {
      reason = file.getFile() + " is not a directory";
    }
    return reason
        + "; check the free disk space and the rights there, or name another directory with"
        + " IMPRESARIO_HOME or --data.";
  }

  private static int run(List<String> words, Console console)
      throws IOException, InterruptedException {
    if (words.isEmpty()) {
      System.err.println(USAGE);
      return 2;
    }
    Path root = Path.of(System.getProperty("impresario.root", ".")).toAbsolutePath().normalize();
    Arguments arguments = new Arguments(words.subList(1, words.size()));
    switch (words.get(0)) {
      case "demo":
        return DemoCommand.run(root, arguments, console);
      case "up":
        return UpCommand.run(root, arguments, console);
      case "down":
        return DownCommand.run(home(root), arguments, console);
      case "status":
        return StatusCommand.run(home(root), arguments, console);
      case "logs":
        return LogsCommand.run(home(root), arguments);
      case "keys":
        return KeysCommand.run(home(root), arguments, console);
      case "tenants":
        return TenantsCommand.run(home(root), arguments, console);
      case "secrets":
        return SecretsCommand.run(home(root), arguments, console);
      case "help", "--help", "-h":
        console.print(USAGE);
        return 0;
      default:
        System.err.println("impresario: there is no command " + words.get(0) + ".\n\n" + USAGE);
        return 2;
    }
  }

  private static Home home(Path root) {
    return UpCommand.home(root, null);
  }
}
