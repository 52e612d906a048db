package io.impresario.job.executor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The Node process: three threads carry its input, its messages and its complaints, a fourth ends
 * it when it has not answered for too long, because what hangs ends no run. Nothing of this
 * process's environment reaches it but what {@link #INHERITED} names.
 */
final class HostProcess {
  private static final Logger LOG = Logger.getLogger(HostProcess.class);

  /** Finding programs, a screen, and for builds the way to the package registry. */
  private static final List<String> INHERITED =
      List.of(
          "PATH",
          "HOME",
          "LANG",
          "TZ",
          "DISPLAY",
          "PLAYWRIGHT_BROWSERS_PATH",
          "NODE_EXTRA_CA_CERTS",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY");

  private static final String ALIVE = "alive";

  /** Marks the end of the input. */
  private static final String END = "";

  private final Process process;
  private final BlockingQueue<String> outgoing = new LinkedBlockingQueue<>();
  private final Duration silenceLimit;

  /** Questions, one a second; not a time, because our own pause must not look like its silence. */
  private final AtomicInteger unanswered = new AtomicInteger();

  private volatile String lastComplaint = "";

  private HostProcess(Process process, Duration silenceLimit) {
    this.process = process;
    this.silenceLimit = silenceLimit;
  }

  static HostProcess start(ExecutorConfig config) throws IOException {
    Path script = config.directory().toAbsolutePath().resolve("host/main.mjs");
    ProcessBuilder builder = new ProcessBuilder(config.node(), script.toString());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !INHERITED.contains(name) && !isNpmSetting(name));
    return new HostProcess(builder.start(), config.silenceLimit());
  }

  private static boolean isNpmSetting(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith("npm_config_");
  }

  /**
   * Starts to carry messages.
   *
   * @param onMessage called by one thread
   * @param onDeath called once, by the same thread, when there is nothing more to hear
   */
  void carry(Consumer<JsonNode> onMessage, Runnable onDeath) {
    thread("executor-host-in", this::writeAll);
    thread("executor-host-err", this::complainAll);
    thread("executor-host-watch", this::watch);
    thread(
        "executor-host-out",
        () -> {
          readAll(onMessage);
          outgoing.add(END);
          onDeath.run();
        });
  }

  long pid() {
    return process.pid();
  }

  /** The last thing that it wrote to standard error. */
  String lastComplaint() {
    return lastComplaint;
  }

  void send(ObjectNode message) {
    outgoing.add(message.toString());
  }

  /** Tells it to end, and waits for nothing. */
  void end() {
    outgoing.add(END);
  }

  /** Ends it and all its runs; takes as long as those take to die, ten seconds at most. */
  void stop() {
    end();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void writeAll() {
    try (BufferedWriter writer =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
      for (String line = outgoing.take(); !line.equals(END); line = outgoing.take()) {
        writer.write(line);
        writer.write('\n');
        if (outgoing.isEmpty()) {
          writer.flush();
        }
      }
    } catch (IOException e) {
      LOG.debugf("executor.input_closed pid=%d reason=\"%s\"", pid(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try {
      while (!process.waitFor(1, TimeUnit.SECONDS)) {
        if (unanswered.incrementAndGet() > silenceLimit.toSeconds()) {
          LOG.errorf("executor.silenced pid=%d limit=%s", pid(), silenceLimit);
          process.destroyForcibly();
          return;
        }
        send(HostMessages.message(ALIVE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readAll(Consumer<JsonNode> onMessage) {
    forEachLine(
        process.getInputStream(),
        line -> {
          unanswered.set(0);
          try {
            JsonNode message = HostMessages.parse(line);
            if (!message.path("type").asText().equals(ALIVE)) {
              onMessage.accept(message);
            }
          } catch (RuntimeException e) {
            LOG.errorf(e, "executor.message_failed pid=%d", pid());
          }
        });
  }

  private void complainAll() {
    forEachLine(
        process.getErrorStream(),
        line -> {
          lastComplaint = line;
          LOG.warnf("executor.complained pid=%d line=\"%s\"", pid(), line);
        });
  }

  private static void forEachLine(InputStream stream, Consumer<String> onLine) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        onLine.accept(line);
      }
    } catch (IOException e) {
      LOG.debugf("executor.output_closed reason=\"%s\"", e.getMessage());
    }
  }

  private static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
