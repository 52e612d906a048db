package io.impresario.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code ./impresario} on machines that lack something, in a checkout without packages.
 */
class ScriptTest {
  private static final List<String> PLAIN =
      List.of("bash", "sh", "dirname", "env", "sed", "find", "mkdir", "tee", "tail", "touch");
  private static final String JAVA = java("17");
  private static final String NODE = "#!/bin/sh\necho 20\n";

  @TempDir Path directory;

  @BeforeEach
  void copyTheScript() throws IOException {
    Path script = Path.of("../../impresario");
    Files.copy(script, directory.resolve("impresario"));
    allowed(directory.resolve("impresario"));
  }

  @Test
  void saysWhichProgramIsMissing() throws Exception {
    assertSays(Map.of(), "Java is missing; install a JDK of version 17 or newer");
    assertSays(Map.of("java", JAVA), "Node.js is missing; install version 20 or newer");
    assertSays(Map.of("java", JAVA, "node", NODE), "npm is missing; install it");
    assertSays(
        Map.of("java", JAVA, "node", NODE, "npm", NODE),
        "Maven is missing; install version 3.8 or newer");
  }

  @Test
  void saysWhichProgramIsTooOld() throws Exception {
    assertSays(Map.of("java", java("11")), "Java 11 is too old; install a JDK of version 17");
    assertSays(Map.of("java", java("1.8")), "Java 1.8 is too old; install a JDK of version 17");
    assertSays(
        Map.of("java", JAVA, "node", "#!/bin/sh\necho 18\n", "npm", NODE),
        "Node.js 18 is too old; install version 20 or newer");
  }

  @Test
  void saysThatABuildNeedsACompiler() throws Exception {
    assertSays(
        Map.of("java", JAVA, "node", NODE, "npm", NODE, "mvn", NODE),
        "This is a Java runtime without a compiler; install a JDK");
  }

  @Test
  void saysThatTheBuildFailedAndShowsItsLog() throws Exception {
    String mvn = "#!/bin/sh\necho '[ERROR] no network'\nexit 1\n";
    assertSays(
        Map.of("java", JAVA, "javac", NODE, "node", NODE, "npm", NODE, "mvn", mvn),
        "the build failed; see above");
  }

  @Test
  void helpsWithoutABuild() throws Exception {
    Path launcher = directory.resolve("deploy/local/target/launcher.jar");
    Files.createDirectories(launcher.getParent());
    Files.createFile(launcher);
    for (String help : List.of("--help", "-h")) {
      Ran ran = run(Map.of("java", JAVA + "echo \"$@\"\n"), "up", help);
      assertThat(ran.output()).endsWith("Main up " + help + "\n");
      assertThat(ran.code()).isZero();
    }
  }

  private record Ran(int code, String output) {}

  private void assertSays(Map<String, String> programs, String sentence) throws Exception {
    Ran ran = run(programs, "up");
    assertThat(ran.output()).contains("impresario: " + sentence);
    assertThat(ran.code()).isEqualTo(1);
  }

  private Ran run(Map<String, String> programs, String... words) throws Exception {
    Path path = Files.createTempDirectory(directory, "path");
    for (String program : PLAIN) {
      Files.createSymbolicLink(path.resolve(program), find(program));
    }
    for (Map.Entry<String, String> program : programs.entrySet()) {
      Files.writeString(path.resolve(program.getKey()), program.getValue());
      allowed(path.resolve(program.getKey()));
    }
    List<String> command = new ArrayList<>();
    command.add(find("bash").toString());
    command.add(directory.resolve("impresario").toString());
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", path.toString());
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), output);
  }

  private static String java(String version) {
    return "#!/bin/sh\necho '    java.specification.version = " + version + "'\n";
  }

  private static Path find(String program) {
    return List.of("/usr/bin", "/bin", "/usr/local/bin").stream()
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("this machine has no " + program));
  }

  private static void allowed(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
