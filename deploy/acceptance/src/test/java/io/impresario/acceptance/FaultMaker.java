package io.impresario.acceptance;

import io.impresario.local.process.Readiness;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Does something bad to one process after the other, seeded: any replica of any service, as long as
 * another replica of it is ready.
 */
final class FaultMaker implements AutoCloseable {
  private static final List<String> SERVICES =
      List.of("api-gateway", "job-service", "schedule-service", "callback-service", "log-service");

  /** From well below the lease of 15 s to well above it. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(3);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(25);

  /** Bad things, as often as they stand here. */
  private enum Fault {
    KILL,
    PAUSE,
    SILENT_DATABASE,
    SILENT_BROKER
  }

  private final StackUnderTest stack;
  private final HalfOpenConnections connections;
  private final int databasePort;
  private final int brokerPort;
  private final Random random;
  private final Duration shortest;
  private final Duration longest;
  private final Map<String, Integer> done = new ConcurrentSkipListMap<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private volatile boolean stopping;

  FaultMaker(StackUnderTest stack, long seed, Duration shortest, Duration longest)
      throws IOException {
    this.stack = stack;
    this.connections = new HalfOpenConnections();
    this.databasePort = URI.create(stack.state().path("postgres_url").asText()).getPort();
    this.brokerPort =
        URI.create("kafka://" + stack.state().path("kafka_bootstrap").asText()).getPort();
    this.random = new Random(seed);
    this.shortest = shortest;
    this.longest = longest;
    scheduleNext();
  }

  /** How often what was done to which service. */
  Map<String, Integer> done() {
    return new TreeMap<>(done);
  }

  /** Nothing more is done; pauses that last end in time. */
  void stop() throws InterruptedException {
    stopping = true;
    threads.shutdown();
    if (!threads.awaitTermination(2 * LONGEST_PAUSE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("a fault does not end");
    }
  }

  private void scheduleNext() {
    if (!stopping) {
      threads.schedule(this::next, between(shortest, longest), TimeUnit.MILLISECONDS);
    }
  }

  private long between(Duration least, Duration most) {
    return least.toMillis() + (long) (random.nextDouble() * most.minus(least).toMillis());
  }

  private void next() {
    if (stopping) {
      return;
    }
    String service = SERVICES.get(random.nextInt(SERVICES.size()));
    Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
    try {
      List<String> ready = new ArrayList<>(stack.replicas(service));
      ready.removeIf(replica -> !Readiness.of(stack.managementUrl(replica)));
      if (ready.size() > 1) {
        doIt(fault, ready.get(random.nextInt(ready.size())));
        done.merge(service + " " + fault, 1, Integer::sum);
      }
    } catch (IOException | RuntimeException | AssertionError goneMeanwhile) {
      System.out.println("No " + fault + " of " + service + ": " + goneMeanwhile);
    } finally {
      scheduleNext();
    }
  }

  private void doIt(Fault fault, String replica) throws IOException {
    long pid = stack.process(replica).pid();
    switch (fault) {
      case KILL -> stack.kill(replica);
      case PAUSE -> {
        // Its end comes first: were it refused, because all is over, the pause would never end.
        threads.schedule(
            () -> StackUnderTest.signal("CONT", pid),
            between(SHORTEST_PAUSE, LONGEST_PAUSE),
            TimeUnit.MILLISECONDS);
        StackUnderTest.signal("STOP", pid);
      }
      case SILENT_DATABASE -> connections.silence(pid, databasePort);
      case SILENT_BROKER -> connections.silence(pid, brokerPort);
    }
  }

  @Override
  public void close() throws IOException {
    stopping = true;
    threads.shutdownNow();
    connections.close();
  }
}
