package io.impresario.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * {@link EmbeddedKafka} as a child JVM on this JVM's class path: it can be killed like any broker,
 * and it ends with its parent.
 */
public final class KafkaProcess {
  /** Measured: the idle broker with six small topics stays under 200 MiB resident with these. */
  public static final List<String> JVM_OPTIONS =
      List.of(
          "-Xms32m",
          "-Xmx160m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=48m",
          "-XX:MaxDirectMemorySize=96m",
          "-Xss512k");

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final EmbeddedKafka.Settings settings;
  private final ProcessHandle process;

  private KafkaProcess(EmbeddedKafka.Settings settings, ProcessHandle process) {
    this.settings = settings;
    this.process = process;
  }

  /** Returns once the broker accepts connections. */
  public static KafkaProcess start(EmbeddedKafka.Settings settings, Path log) throws IOException {
    KafkaProcess kafka = launch(settings, log);
    kafka.awaitReady(log);
    return kafka;
  }

  /** Returns as soon as the process runs; {@link #accepts} then tells when it can be used. */
  public static KafkaProcess launch(EmbeddedKafka.Settings settings, Path log) throws IOException {
    return attach(settings, builder(settings, log).start().toHandle());
  }

  /** Whoever starts it must keep its standard input open. */
  static ProcessBuilder builder(EmbeddedKafka.Settings settings, Path log) throws IOException {
    Path above = settings.dataDirectory().toAbsolutePath().resolveSibling("");
    Files.createDirectories(above);
    return new ProcessBuilder(command(settings))
        .directory(above.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  /** A broker that this JVM has started earlier, identified by its process. */
  public static KafkaProcess attach(EmbeddedKafka.Settings settings, ProcessHandle process) {
    return new KafkaProcess(settings, process);
  }

  private static List<String> command(EmbeddedKafka.Settings settings) {
    List<String> command = JavaCommand.with(JVM_OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dimpresario.kafka.die-with-parent=true");
    String logging = System.getProperty("java.util.logging.config.file");
    if (logging != null) {
      command.add("-Djava.util.logging.config.file=" + logging);
    }
    command.add(EmbeddedKafka.class.getName());
    command.add(settings.dataDirectory().toAbsolutePath().toString());
    command.add(Integer.toString(settings.port()));
    command.add(Integer.toString(settings.controllerPort()));
    EmbeddedKafka.ProxyPorts proxy = settings.proxy();
    if (proxy != null) {
      command.add(Integer.toString(proxy.broker()));
      command.add(Integer.toString(proxy.advertised()));
    }
    return command;
  }

  public ProcessHandle process() {
    return process;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** An orderly stop; the broker is killed when it takes longer than 20 s. */
  public void stop() throws IOException {
    process.destroy();
    if (!Processes.ended(process, Duration.ofSeconds(20))) {
      kill();
    }
  }

  public void kill() throws IOException {
    process.destroyForcibly();
    if (!Processes.ended(process, Duration.ofSeconds(10))) {
      throw new IOException("The Kafka broker did not end although it was killed");
    }
  }

  void awaitReady(Path log) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new IOException("The Kafka broker ended at once; its output is in " + log);
      }
      if (accepts(settings.port())) {
        return;
      }
      Processes.ended(process, Duration.ofMillis(50));
    }
    process.destroyForcibly();
    throw new IOException(
        "The Kafka broker was not ready within " + START_LIMIT.toSeconds() + " s; see " + log);
  }

  /** The client listener opens only when the broker is registered and unfenced. */
  public static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }
}
