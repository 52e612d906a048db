package io.impresario.local.stack;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code launcher.json}: who keeps the stack, and which processes it started. A process is known by
 * its id and its start, because ids are used again.
 *
 * @param ready whether every process has been ready
 * @param layout with {@code options}, what a {@link Takeover} needs
 */
public record LauncherRecord(
    Started launcher,
    String data,
    boolean ready,
    Map<String, Started> processes,
    Layout layout,
    StackOptions options) {

  public record Started(long pid, long startedAtMillis) {
    static Started of(ProcessHandle process) {
      long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
      return new Started(process.pid(), start);
    }

    @JsonIgnore
    public Optional<ProcessHandle> alive() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> of(process).startedAtMillis == startedAtMillis);
    }
  }

  static LauncherRecord ofThis(Home home, Layout layout, StackOptions options) {
    return new LauncherRecord(
        Started.of(ProcessHandle.current()),
        home.data().toString(),
        false,
        Map.of(),
        layout,
        options);
  }

  LauncherRecord with(String name, ProcessHandle process) {
    Map<String, Started> more = new TreeMap<>(processes);
    more.put(name, Started.of(process));
    return new LauncherRecord(launcher, data, ready, more, layout, options);
  }

  LauncherRecord asReady() {
    return new LauncherRecord(launcher, data, true, processes, layout, options);
  }

  public static Optional<LauncherRecord> read(Home home) throws IOException {
    Path file = home.launcherFile();
    return Files.exists(file)
        ? Optional.of(Json.MAPPER.readValue(file.toFile(), LauncherRecord.class))
        : Optional.empty();
  }

  void write(Home home) throws IOException {
    StackState.replace(home.launcherFile(), this);
  }
}
