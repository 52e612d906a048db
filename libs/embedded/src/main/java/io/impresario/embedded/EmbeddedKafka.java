package io.impresario.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker that is its own KRaft controller, in this JVM, on 127.0.0.1. {@link
 * KafkaProcess} runs it in a process of its own through {@link #main}.
 */
public final class EmbeddedKafka {
  /**
   * @param dataDirectory formatted when it is empty, kept otherwise
   * @param port for clients
   * @param controllerPort used by the broker to talk to itself; the same at every start
   * @param proxy where clients may also come from
   */
  public record Settings(
      Path dataDirectory, int port, int controllerPort, @Nullable ProxyPorts proxy) {

    public Settings(Path dataDirectory, int port, int controllerPort) {
      this(dataDirectory, port, controllerPort, null);
    }
  }

  /**
   * A client that comes through a proxy must be sent through it again, so such clients have a port
   * of their own.
   *
   * @param broker where the proxy connects to
   * @param advertised where clients connect to
   */
  public record ProxyPorts(int broker, int advertised) {}

  // A fixed id: there is one node, and a kept data directory must match it.
  private static final String CLUSTER_ID = "aW1wcmVzYXJpby1sb2NhbA";

  private final KafkaRaftServer server;

  private EmbeddedKafka(KafkaRaftServer server) {
    this.server = server;
  }

  public static EmbeddedKafka start(Settings settings) throws IOException {
    Properties properties = properties(settings);
    format(properties, settings.dataDirectory());
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    return new EmbeddedKafka(server);
  }

  public void stop() {
    server.shutdown();
    server.awaitShutdown();
  }

  /**
   * Arguments: data directory, port, controller port, and the two {@link ProxyPorts} if there are
   * any. Ends when its standard input ends if the system property {@code
   * impresario.kafka.die-with-parent} is true, and on SIGTERM.
   */
  public static void main(String[] arguments) throws IOException {
    Settings settings =
        new Settings(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            arguments.length == 3
                ? null
                : new ProxyPorts(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4])));
    if (Boolean.getBoolean("impresario.kafka.die-with-parent")) {
      Thread watch = new Thread(EmbeddedKafka::haltAtEndOfInput, "parent-watch");
      watch.setDaemon(true);
      watch.start();
    }
    EmbeddedKafka broker = start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(broker.server::shutdown, "stop"));
    System.out.println("ready");
    broker.server.awaitShutdown();
  }

  private static void haltAtEndOfInput() {
    try {
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException closed) {
      // Like the end of the input: the parent has ended.
    }
    Runtime.getRuntime().halt(0);
  }

  private static void format(Properties properties, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = Files.createTempFile("impresario-kafka", ".properties");
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try {
      // To a stream, which escapes what is not Latin-1: so the reader expects it.
      try (OutputStream stream = Files.newOutputStream(file)) {
        properties.store(stream, null);
      }
      String[] command = {"format", "-t", CLUSTER_ID, "-c", file.toString(), "--ignore-formatted"};
      PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8);
      if (StorageTool.execute(command, print) != 0) {
        throw new IOException(
            "Formatting " + directory + " failed: " + output.toString(StandardCharsets.UTF_8));
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Properties properties(Settings settings) {
    String broker = "127.0.0.1:" + settings.port();
    String controller = "127.0.0.1:" + settings.controllerPort();
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", "1");
    p.setProperty("controller.quorum.voters", "1@" + controller);
    p.setProperty("controller.listener.names", "CONTROLLER");
    p.setProperty("listeners", "PLAINTEXT://" + broker + ",CONTROLLER://" + controller);
    p.setProperty("advertised.listeners", "PLAINTEXT://" + broker);
    p.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.setProperty("log.dirs", relative(settings.dataDirectory()));
    ProxyPorts proxy = settings.proxy();
    if (proxy != null) {
      p.merge("listeners", ",PROXIED://127.0.0.1:" + proxy.broker(), EmbeddedKafka::joined);
      p.merge(
          "advertised.listeners",
          ",PROXIED://127.0.0.1:" + proxy.advertised(),
          EmbeddedKafka::joined);
      p.merge("listener.security.protocol.map", ",PROXIED:PLAINTEXT", EmbeddedKafka::joined);
    }
    singleNode(p);
    smallMemory(p);
    return p;
  }

  private static Object joined(Object one, Object other) {
    return one.toString() + other;
  }

  /** The setting is a list, so a comma would end the path: above the last name nothing is said. */
  private static String relative(Path directory) {
    Path here = Path.of("").toAbsolutePath();
    return here.equals(directory.toAbsolutePath().getParent())
        ? directory.getFileName().toString()
        : directory.toString();
  }

  private static void singleNode(Properties p) {
    p.setProperty("auto.create.topics.enable", "true");
    p.setProperty("num.partitions", "6");
    p.setProperty("default.replication.factor", "1");
    p.setProperty("min.insync.replicas", "1");
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("offsets.topic.num.partitions", "4");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("transaction.state.log.num.partitions", "4");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    // Waiting for more members of a group would only delay a stack whose services start together.
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    // There is no other broker that could take over the leadership.
    p.setProperty("controlled.shutdown.enable", "false");
    // A killed broker may register again once its last session has expired: after 9 s by default.
    p.setProperty("broker.session.timeout.ms", "3000");
    p.setProperty("broker.heartbeat.interval.ms", "500");
    // On one machine a dead member is noticed within seconds.
    p.setProperty("group.min.session.timeout.ms", "1000");
  }

  private static void smallMemory(Properties p) {
    p.setProperty("num.network.threads", "1");
    p.setProperty("num.io.threads", "2");
    p.setProperty("num.replica.fetchers", "1");
    p.setProperty("num.recovery.threads.per.data.dir", "2");
    p.setProperty("background.threads", "2");
    // A job's result may have 10 MiB, and it is JSON-escaped inside an event.
    p.setProperty("message.max.bytes", Integer.toString(16 << 20));
    p.setProperty("replica.fetch.max.bytes", Integer.toString(16 << 20));
    p.setProperty("socket.request.max.bytes", Integer.toString(32 << 20));
    // The default cleaner takes 128 MiB of heap.
    p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    p.setProperty("log.segment.bytes", Integer.toString(64 << 20));
    p.setProperty("log.retention.bytes", Long.toString(512L << 20));
    p.setProperty("queued.max.requests", "64");
  }
}
