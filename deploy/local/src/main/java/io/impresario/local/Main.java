package io.impresario.local;

import io.impresario.local.command.DevCommand;
import io.impresario.local.command.DownCommand;
import io.impresario.local.command.KeysCommand;
import io.impresario.local.command.LogsCommand;
import io.impresario.local.command.OutboxCommand;
import io.impresario.local.command.SecretsCommand;
import io.impresario.local.command.StatusCommand;
import io.impresario.local.command.TenantsCommand;
import io.impresario.local.command.UpCommand;
import io.impresario.local.demo.DemoCommand;
import io.impresario.local.stack.Home;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Entry point: every failure becomes one sentence on standard error and exit code 1; a command that
 * does not exist is exit code 2.
 */
@Command(
    name = "./impresario",
    description = "Runs all of Impresario on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "./impresario help COMMAND shows the options of a command."})
public final class Main {
  static final int FAILED = 1;
  static final int NO_SUCH_COMMAND = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  /** The script {@code ./impresario} sets {@code impresario.root} to the checkout. */
  public static void main(String[] words) {
    Path root = Path.of(System.getProperty("impresario.root", ".")).toAbsolutePath().normalize();
    System.exit(commandLine(root, new Console(System.out)).execute(words));
  }

  static CommandLine commandLine(Path root, Console console) {
    Home home = Home.of(root, null);
    return new CommandLine(new Main())
        .addSubcommand(new DemoCommand(root, console))
        .addSubcommand(new UpCommand(root, console))
        .addSubcommand(new DownCommand(home, console))
        .addSubcommand(new StatusCommand(home, console))
        .addSubcommand(new LogsCommand(home))
        .addSubcommand(new DevCommand(home))
        .addSubcommand(new KeysCommand(home, console))
        .addSubcommand(new TenantsCommand(home, console))
        .addSubcommand(new SecretsCommand(home, console))
        .addSubcommand(new OutboxCommand(home, console))
        // The name of a key or a tenant may begin with an @.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(Main::wrongUsage)
        .setExecutionExceptionHandler((failure, command, result) -> failed(failure, command));
  }

  @Command(name = "help", description = "Shows the options of a command.")
  void help(@Parameters(paramLabel = "COMMAND", arity = "0..1") @Nullable String name) {
    CommandLine root = Objects.requireNonNull(spec).commandLine();
    CommandLine named = name == null ? root : root.getSubcommands().get(name);
    if (named == null) {
      throw new ParameterException(root, "There is no command " + name + ".");
    }
    named.usage(root.getOut());
  }

  private static int wrongUsage(ParameterException wrong, String[] words) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    if (words.length > 0) {
      boolean isGroup = !command.getSubcommands().isEmpty();
      err.println(
          "impresario: "
              + (isGroup && wrong instanceof UnmatchedArgumentException unmatched
                  ? "There is no command " + unmatched.getUnmatched().get(0) + "."
                  : wrong.getMessage()));
      UnmatchedArgumentException.printSuggestions(wrong, err);
      err.println();
    }
    command.usage(err);
    return command.getParent() == null ? NO_SUCH_COMMAND : FAILED;
  }

  private static int failed(Exception failure, CommandLine command) throws Exception {
    if (failure instanceof Problem problem) {
      command.getErr().println("impresario: " + problem.getMessage());
    } else if (failure instanceof IOException disk) {
      command.getErr().println("impresario: " + sentence(disk));
    } else {
      throw failure;
    }
    return FAILED;
  }

  /** What a user can do about a disk. */
  static String sentence(IOException failure) {
    String reason = String.valueOf(failure.getMessage());
    if (failure instanceof AccessDeniedException denied) {
      reason = denied.getFile() + " is not writable for this user";
    } else if (failure instanceof NoSuchFileException missing) {
      reason = missing.getFile() + " cannot be created";
    } else if (failure instanceof FileAlreadyExistsException file) {
      reason = file.getFile() + " is not a directory";
    }
    return reason
        + "; check the free disk space and the permissions there, or name another directory with"
        + " IMPRESARIO_HOME or --data.";
  }
}
