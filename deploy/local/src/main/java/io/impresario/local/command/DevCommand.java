package io.impresario.local.command;

import io.impresario.local.stack.Home;
import io.impresario.local.stack.Takeover;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code dev SERVICE}: Quarkus' dev mode in place of one process of a stack that is up. The secrets
 * of the stack reach Maven by its environment; nothing prints them.
 */
@Command(
    name = "dev",
    description = {
      "Runs a service of the stack that is up from its sources, with live reload.",
      "Ctrl-C gives it back to the stack."
    })
public final class DevCommand implements Callable<Integer> {
  private static final Pattern VERSION = Pattern.compile("Apache Maven (\\d{1,4})\\.(\\d{1,4})");
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Home home;

  @Parameters(paramLabel = "SERVICE", description = "For example log-service.")
  private String name = "";

  public DevCommand(Home home) {
    this.home = home;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireMaven();
    Takeover takeover = Takeover.begin(home, name, ProcessHandle.current());
    ProcessBuilder builder = new ProcessBuilder(command(takeover.module()));
    builder.directory(home.root().toFile());
    builder.inheritIO();
    takeover.configure(builder);
    // For a person at a terminal.
    builder.environment().put("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "false");
    Process maven = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(maven), "end-maven"));
    return maven.waitFor() == 0 ? 0 : 1;
  }

  private static List<String> command(String module) {
    return List.of(
        "mvn",
        "-ntp",
        "-T1",
        "-Dspotless.check.skip=true",
        "-pl",
        module,
        "-am",
        "compile",
        "quarkus:dev");
  }

  /** The dev mode of Quarkus refuses a Maven that its build mode takes. */
  private static void requireMaven() throws IOException, InterruptedException {
    String needed = "Quarkus' dev mode needs Maven 3.9 or newer on the PATH";
    String said;
    try {
      Process asked = new ProcessBuilder("mvn", "-v").redirectErrorStream(true).start();
      asked.getOutputStream().close();
      said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      asked.waitFor();
    } catch (IOException missing) {
      throw new Problem(needed + "; there is none.", missing);
    }
    Matcher version = VERSION.matcher(said);
    if (!version.find()) {
      throw new Problem(needed + "; mvn -v does not name its version.");
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    if (major < 3 || (major == 3 && minor < 9)) {
      throw new Problem("%s; this is %d.%d.".formatted(needed, major, minor));
    }
  }

  /** Maven runs the service in a JVM of its own, which must not outlive this command either. */
  private static void end(Process maven) {
    List<ProcessHandle> service = maven.descendants().toList();
    maven.destroy();
    maven.onExit().completeOnTimeout(maven, GRACE.toSeconds(), TimeUnit.SECONDS).join();
    service.forEach(ProcessHandle::destroyForcibly);
  }
}
