package io.impresario.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class KeeperTest {
  private static final Duration LIMIT = Eventually.LIMIT;

  private final Told told = new Told();

  @Test
  void startsAgainWhatWasReadyAndDied() throws Exception {
    Keeper keeper = new Keeper("it", () -> shell("exec sleep 60"), () -> true, told);
    keeper.start();
    assertThat(keeper.awaitReadyOrFailed(LIMIT)).isTrue();
    ProcessHandle first = keeper.process().orElseThrow();
    first.destroyForcibly();
    Eventually.passes(() -> assertThat(keeper.process()).isPresent().get().isNotEqualTo(first));
    Eventually.passes(
        () ->
            assertThat(told.events)
                .containsExactly(
                    "started",
                    "ready",
                    "ended " + first.pid(),
                    "it ended; starting it again in 1 s",
                    "started",
                    "ready again"));
    keeper.release();
    ProcessHandle second = keeper.process().orElseThrow();
    second.destroyForcibly();
    second.onExit().join();
    assertThat(told.events).last().isEqualTo("ready again");
  }

  @Test
  void givesUpOnWhatWasNeverReady() throws Exception {
    Keeper keeper = new Keeper("it", () -> shell("exit 1"), () -> false, told);
    keeper.start();
    assertThat(keeper.awaitReadyOrFailed(LIMIT)).isTrue();
    assertThat(keeper.failure()).contains("it ended before it was ready.");
    assertThat(told.events).startsWith("started").hasSize(2);
  }

  @Test
  void saysWhyAProcessCannotBeStarted() throws Exception {
    Keeper keeper =
        new Keeper(
            "it",
            () -> {
              throw new IOException("no such program");
            },
            () -> false,
            told);
    keeper.start();
    assertThat(keeper.awaitReadyOrFailed(LIMIT)).isTrue();
    assertThat(keeper.failure()).contains("it could not be started: no such program");
  }

  private static ProcessHandle shell(String script) throws IOException {
    return new ProcessBuilder("/bin/sh", "-c", script).start().toHandle();
  }

  private static final class Told implements Keeper.Watch {
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public void said(String line) {
      events.add(line);
    }

    @Override
    public void started(String name, ProcessHandle process) {
      events.add("started");
    }

    @Override
    public void ready(String name, Duration after, boolean again) {
      events.add(again ? "ready again" : "ready");
    }

    @Override
    public void ended(String name, long pid) {
      events.add("ended " + pid);
    }
  }
}
