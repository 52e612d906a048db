package io.impresario.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.embedded.FreePorts;
import io.impresario.local.terminal.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir Path directory;

  @Test
  void cleansItsOwnDataOnly() throws Exception {
    Home home = home();
    home.clean();
    home.create();
    assertThat(Files.getPosixFilePermissions(home.data()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    home.clean();
    assertThat(home.data()).doesNotExist();

    Files.createDirectories(home.data());
    Path letter = Files.writeString(home.data().resolve("letter"), "dear");
    assertThatThrownBy(home::clean)
        .isInstanceOf(Problem.class)
        .hasMessageContaining("was not created by Impresario");
    // Nor does it become ours by being used once.
    home.create();
    assertThatThrownBy(home::clean).isInstanceOf(Problem.class);
    assertThat(letter).exists();
  }

  @Test
  void makesSecretsOnceForItsUserOnly() throws Exception {
    home().create();
    Secrets secrets = Secrets.of(home().data());
    assertThat(Secrets.of(home().data()).apiKey()).isEqualTo(secrets.apiKey());
    assertThat(Files.getPosixFilePermissions(home().data().resolve("secrets.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(secrets).hasToString("Secrets[redacted]");
    assertThat(secrets.apiKey()).matches("imp_[0-9A-Za-z]{49}");
    CRC32 crc = new CRC32();
    crc.update(
        secrets.apiKey().substring(0, 47).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(base62(secrets.apiKey().substring(47))).isEqualTo(crc.getValue());
  }

  /** Scripts rely on these names. */
  @Test
  void writesTheStateThatScriptsRead() throws Exception {
    home().create();
    Map<String, StackState.Running> services = new TreeMap<>();
    services.put("kafka", new StackState.Running(1, null, null));
    services.put("log-service", new StackState.Running(2, "http://a", "http://b"));
    new StackState("http://u", "imp_1", "adm_1", "127.0.0.1:1", "postgresql://p", services)
        .write(home());
    assertThat(Json.MAPPER.readTree(home().stateFile().toFile()))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"url": "http://u", "api_key": "imp_1", "admin_key": "adm_1",
                 "kafka_bootstrap": "127.0.0.1:1", "postgres_url": "postgresql://p",
                 "services": {"kafka": {"pid": 1},
                   "log-service": {"pid": 2, "url": "http://a", "management_url": "http://b"}}}
                """));
    assertThat(Files.getPosixFilePermissions(home().stateFile()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(StackState.read(home()).orElseThrow().services()).isEqualTo(services);
  }

  @Test
  void knowsAProcessByItsStartToo() throws Exception {
    home().create();
    assertThat(LauncherRecord.read(home())).isEmpty();
    StackOptions options =
        new StackOptions(FreePorts.one(), Map.of("job-service", Map.of("replicas", "2")), false);
    LauncherRecord written =
        LauncherRecord.ofThis(home(), Layout.of(options), options)
            .with("kafka", ProcessHandle.current())
            .asReady();
    written.write(home());
    LauncherRecord record = LauncherRecord.read(home()).orElseThrow();
    assertThat(record).isEqualTo(written);
    assertThat(record.ready()).isTrue();
    assertThat(record.launcher().alive()).contains(ProcessHandle.current());
    assertThat(record.processes()).containsOnlyKeys("kafka");
    LauncherRecord.Started usedAgain =
        new LauncherRecord.Started(
            record.launcher().pid(), record.launcher().startedAtMillis() - 1000);
    assertThat(usedAgain.alive()).isEmpty();
  }

  private Home home() {
    return new Home(directory, directory.resolve("state"), directory.resolve("data"));
  }

  private static long base62(String digits) {
    String all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return digits.chars().asLongStream().reduce(0, (sum, c) -> sum * 62 + all.indexOf((int) c));
  }
}
