package io.impresario.acceptance;

import io.impresario.testing.Eventually;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Clients that start short jobs of every kind, seeded, as fast as they end. A call that gets no
 * answer is repeated, a create under its nonce: so every job that exists is known.
 */
final class FaultLoad implements AutoCloseable {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int CLIENTS = 8;

  /** Jobs that may wait or run: twice the slots of three replicas, so that none is ever idle. */
  private static final int OUTSTANDING = 12;

  /** Lines that each job prints, numbered, before it does anything else. */
  static final int LINES = 20;

  private static final Duration CALL_LIMIT = Duration.ofMinutes(3);

  /** What is asked of a job, how often, and the ends that it may have besides being lost. */
  enum Kind {
    COMPLETES(30, List.of("completed")),
    COMPLETES_WITH_A_PAGE(25, List.of("completed")),
    THROWS(15, List.of("failed user_error")),
    IS_CANCELLED(20, List.of("cancelled", "completed")),
    TIMES_OUT(10, List.of("failed timeout"));

    final List<String> ends;
    private final int weight;

    Kind(int weight, List<String> ends) {
      this.weight = weight;
      this.ends = ends;
    }

    static Kind any(Random random) {
      int roll = random.nextInt(100);
      for (Kind kind : values()) {
        roll -= kind.weight;
        if (roll < 0) {
          return kind;
        }
      }
      throw new IllegalStateException("the weights are percentages");
    }
  }

  /** A create that was answered. */
  record Accepted(String id, Kind kind, Instant at) {}

  private final List<ApiClient> gateways;
  private final String witness;
  private final String callbacks;
  private final FinishedEvents finished;
  private final long seed;
  private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger repeated = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private final List<Future<?>> clients;
  private volatile boolean stopping;

  /**
   * @param gateways asked in turn
   * @param callbacks where each job's callback goes, the job's nonce being added; empty for none
   */
  FaultLoad(
      List<ApiClient> gateways,
      String witness,
      String callbacks,
      FinishedEvents finished,
      long seed) {
    this.gateways = gateways;
    this.witness = witness;
    this.callbacks = callbacks;
    this.finished = finished;
    this.seed = seed;
    this.clients =
        IntStream.range(0, CLIENTS)
            .<Future<?>>mapToObj(number -> threads.submit(() -> work(number)))
            .toList();
  }

  List<Accepted> accepted() {
    return List.copyOf(accepted);
  }

  /** Calls that had to be made again. */
  int repeated() {
    return repeated.get();
  }

  /**
   * No more jobs; returns when every call has its answer, and tells what went wrong in a client.
   */
  void stop() throws InterruptedException, ExecutionException {
    stopping = true;
    for (Future<?> one : clients) {
      one.get();
    }
  }

  private void work(int number) {
    Random random = new Random(seed + number);
    for (int i = 0; !stopping; i++) {
      Kind kind = Kind.any(random);
      Accepted job = create(kind, "fault-" + seed + "-" + number + "-" + i, random.nextInt(900));
      accepted.add(job);
      if (kind == Kind.IS_CANCELLED) {
        awaitUpTo(Duration.ofMillis(random.nextInt(2500)), () -> finished.has(job.id()));
        cancel(job);
      }
      awaitUpTo(Duration.ofSeconds(2), () -> stopping || finished.has(job.id()));
      awaitUpTo(CALL_LIMIT, () -> stopping || outstanding() < OUTSTANDING);
    }
  }

  private long outstanding() {
    return accepted.stream().filter(job -> !finished.has(job.id())).count();
  }

  private Accepted create(Kind kind, String nonce, int milliseconds) {
    Map<String, Object> params =
        Map.of(
            "witness",
            witness,
            "page",
            kind == Kind.COMPLETES_WITH_A_PAGE || milliseconds % 2 == 0,
            "throws",
            kind == Kind.THROWS,
            "lines",
            LINES,
            "milliseconds",
            switch (kind) {
              case COMPLETES, COMPLETES_WITH_A_PAGE, THROWS -> milliseconds;
              case IS_CANCELLED -> 2000;
              case TIMES_OUT -> 60_000;
            });
    Map<String, Object> order = new HashMap<>();
    order.put("workflow", "actor");
    order.put("params", params);
    order.put("nonce", nonce);
    order.put("timeout_seconds", kind == Kind.TIMES_OUT ? 1 : 60);
    if (!callbacks.isEmpty()) {
      order.put("callback_url", callbacks + nonce);
      order.put("callback_secret", "secret");
    }
    ApiClient.Answer answer = insist("jobs/create", order);
    if (answer.status() != 200) {
      throw new AssertionError("jobs/create answered " + answer);
    }
    return new Accepted(answer.json().path("job_id").asText(), kind, CLOCK.instant());
  }

  private void cancel(Accepted job) {
    ApiClient.Answer answer = insist("jobs/cancel", Map.of("id", job.id()));
    String reason = answer.json().path("data").path("reason").asText();
    if (answer.status() != 200 && !reason.equals("job_ended")) {
      throw new AssertionError("jobs/cancel answered " + answer);
    }
  }

  /** Asks one gateway after the other until one answers. */
  private ApiClient.Answer insist(String procedure, Map<String, ?> input) {
    return Eventually.present(
        CALL_LIMIT,
        "an answer to " + procedure,
        () -> {
          Optional<ApiClient.Answer> answer = nextGateway().tryAsk(procedure, input);
          if (answer.isEmpty()) {
            repeated.incrementAndGet();
          }
          return answer;
        });
  }

  private ApiClient nextGateway() {
    return gateways.get(Math.floorMod(turn.getAndIncrement(), gateways.size()));
  }

  private static void awaitUpTo(Duration limit, java.util.function.BooleanSupplier condition) {
    try {
      Eventually.isTrue(limit, "over", condition::getAsBoolean);
    } catch (AssertionError tooLong) {
      // Goes on without.
    }
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdownNow();
  }
}
