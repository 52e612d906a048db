package io.impresario.acceptance;

import io.impresario.local.process.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Kills replicas of the job service with {@code kill -9}, seeded: mostly the service itself, at
 * times only its executor. Notes which jobs each had, and when which replica was ready.
 */
final class ReplicaKiller implements AutoCloseable {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int EXECUTORS_PERCENT = 20;

  private static final String OWNED = "SELECT id FROM job.jobs WHERE owner = ?";

  /** A process that was killed, and the jobs that it held a lease on. */
  record Killed(String name, boolean service, Instant at, List<String> jobs) {}

  /** From when on one replica answered that it is ready, until it did not. */
  record Presence(Instant from, Instant until) {}

  private final StackUnderTest stack;
  private final List<String> replicas;
  private final Random random;
  private final Duration shortest;
  private final Duration longest;
  private final Queue<Killed> killed = new ConcurrentLinkedQueue<>();
  private final Map<String, List<Presence>> presences = new ConcurrentHashMap<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private volatile boolean stopping;

  ReplicaKiller(StackUnderTest stack, long seed, Duration shortest, Duration longest) {
    this.stack = stack;
    this.replicas = stack.replicas("job-service");
    this.random = new Random(seed);
    this.shortest = shortest;
    this.longest = longest;
    threads.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    scheduleNext();
  }

  List<Killed> killed() {
    return List.copyOf(killed);
  }

  void stop() {
    stopping = true;
  }

  /**
   * The latest end that is in time for a job whose owner died: the limit after the first moment
   * from which one replica was there for so long.
   */
  Instant latestEnd(Instant died, Duration limit) {
    return presences.values().stream()
        .flatMap(List::stream)
        .filter(presence -> presence.until().isAfter(died))
        .map(p -> new Presence(p.from().isBefore(died) ? died : p.from(), p.until()))
        .filter(p -> Duration.between(p.from(), p.until()).compareTo(limit) >= 0)
        .map(presence -> presence.from().plus(limit))
        .min(Instant::compareTo)
        .orElse(CLOCK.instant());
  }

  private void scheduleNext() {
    long span = longest.minus(shortest).toMillis();
    long pause = shortest.toMillis() + (long) (random.nextDouble() * span);
    threads.schedule(this::killOne, pause, TimeUnit.MILLISECONDS);
  }

  private void killOne() {
    if (stopping) {
      return;
    }
    String name = replicas.get(random.nextInt(replicas.size()));
    boolean service = random.nextInt(100) >= EXECUTORS_PERCENT;
    try {
      victim(name, service).ifPresent(process -> kill(name, service, process));
    } finally {
      scheduleNext();
    }
  }

  private Optional<ProcessHandle> victim(String name, boolean service) {
    Optional<ProcessHandle> process = stack.find(name);
    return service
        ? process
        : process.stream()
            .flatMap(ProcessHandle::children)
            .filter(child -> child.info().commandLine().orElse("").contains("host/main.mjs"))
            .findFirst();
  }

  private void kill(String name, boolean service, ProcessHandle process) {
    try {
      UUID instance = UUID.fromString(Files.readString(stack.data(name).resolve("instance")));
      process.destroyForcibly();
      Instant at = CLOCK.instant();
      killed.add(new Killed(name, service, at, service ? owned(instance) : List.of()));
    } catch (IOException | SQLException | IllegalArgumentException tooEarly) {
      process.destroyForcibly();
      killed.add(new Killed(name, service, CLOCK.instant(), List.of()));
    }
  }

  private List<String> owned(UUID instance) throws SQLException {
    List<String> jobs = new ArrayList<>();
    try (Connection database = stack.database();
        PreparedStatement query = database.prepareStatement(OWNED)) {
      query.setObject(1, instance);
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        jobs.add(rows.getString(1));
      }
    }
    return jobs;
  }

  private void look() {
    for (String replica : replicas) {
      boolean ready = Readiness.of(stack.managementUrl(replica));
      Instant now = CLOCK.instant();
      presences.computeIfAbsent(replica, name -> new ArrayList<>());
      presences.computeIfPresent(replica, (name, known) -> seen(known, ready, now));
    }
  }

  /** The last presence grows as long as the replica is seen without a gap. */
  private static List<Presence> seen(List<Presence> known, boolean ready, Instant now) {
    List<Presence> next = new ArrayList<>(known);
    int last = next.size() - 1;
    if (!ready) {
      if (last < 0 || !next.get(last).from().equals(next.get(last).until())) {
        next.add(new Presence(now, now));
      } else {
        next.set(last, new Presence(now, now));
      }
    } else if (last < 0) {
      next.add(new Presence(now, now));
    } else {
      next.set(last, new Presence(next.get(last).from(), now));
    }
    return next;
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdownNow();
  }
}
