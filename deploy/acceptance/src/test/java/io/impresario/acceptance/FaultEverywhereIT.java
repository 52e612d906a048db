package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.local.process.Readiness;
import io.impresario.testing.Eventually;
import io.impresario.testing.WebhookReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * All five services at several replicas, under a load of jobs, schedules, callbacks and log lines,
 * while any of their processes is killed or paused, or loses its connections to the database or the
 * broker without being told. Takes ten minutes and more, so it runs when asked for: {@code
 * -Dimpresario.fault.everywhere=3} (replicas of each service); {@code impresario.fault.time} and
 * {@code .seed} as in {@link FaultIT}.
 */
@Order(7)
@EnabledIfSystemProperty(named = FaultEverywhereIT.REPLICAS, matches = "[2-9]")
class FaultEverywhereIT {
  static final String REPLICAS = "impresario.fault.everywhere";

  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration TIME =
      Duration.parse(System.getProperty("impresario.fault.time", "PT10M"));
  private static final long SEED = Long.getLong("impresario.fault.seed", 20_261_128L);
  private static final Duration SHORTEST = Duration.ofSeconds(4);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final int SCHEDULES = 5;

  /** For what waits when the load ends. */
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);

  @Test
  void losesNothingAndDoublesNothing() throws Exception {
    int replicas = Integer.getInteger(REPLICAS);
    StackUnderTest stack = up(replicas);
    Path home = stack.home();
    try (stack;
        WebhookReceiver receiver = WebhookReceiver.start();
        RunWitness witness = new RunWitness();
        FinishedEvents finished =
            new FinishedEvents(stack.state().path("kafka_bootstrap").asText())) {
      stack.client().deploy(Bundles.actor());
      List<ApiClient> gateways = new ArrayList<>();
      String key = stack.client().key();
      stack
          .replicas("api-gateway")
          .forEach(replica -> gateways.add(new ApiClient(stack.url(replica), key)));
      List<UUID> schedules = new ArrayList<>();
      for (int i = 0; i < SCHEDULES; i++) {
        schedules.add(schedule(stack.client(), witness, receiver.url("/schedule-" + i)));
      }
      Instant began = CLOCK.instant();
      Instant over = began.plus(TIME);
      Instant ended;
      Map<String, Integer> faults;
      try (FaultLoad load =
              new FaultLoad(gateways, witness.url(), receiver.url("/"), finished, SEED);
          FaultMaker faultMaker = new FaultMaker(stack, SEED, SHORTEST, LONGEST)) {
        Eventually.isTrue(TIME.plusSeconds(1), "over", () -> CLOCK.instant().isAfter(over));
        ended = CLOCK.instant();
        faultMaker.stop();
        faults = faultMaker.done();
        load.stop();
        awaitAllReady(stack);
        for (UUID schedule : schedules) {
          stack.client().call("schedules/update", Map.of("id", schedule, "enabled", false));
        }
        try (Connection database = stack.database()) {
          awaitOrGoOn(() -> FaultAftermath.undone(database).isEmpty());
          awaitOrGoOn(() -> browsers(home) <= replicas);
          FaultTable table = new FaultTable(database, "fault-" + SEED + "-%");
          awaitOrGoOn(
              () ->
                  finished
                      .jobs()
                      .containsAll(load.accepted().stream().map(FaultLoad.Accepted::id).toList()));
          table.count(load, finished, witness);
          table.leftovers(
              Math.max(0, browsers(home) - replicas),
              Math.max(0, Leftovers.directories(stack).size() - replicas));
          FaultAftermath aftermath = new FaultAftermath(database);
          aftermath.checkNothingIsUndone();
          aftermath.checkCallbacks(receiver);
          for (UUID schedule : schedules) {
            aftermath.checkOccurrences(schedule, began, ended);
          }
          aftermath.checkLines();
          System.out.printf(
              "Faults everywhere: %d replicas of each service, %s, seed %d%n%s%s%s%n",
              replicas, TIME, SEED, table, aftermath, faults);
          List<String> problems = new ArrayList<>(table.problems());
          problems.addAll(aftermath.problems());
          assertThat(problems).isEmpty();
          assertThat(browsers(home)).isLessThanOrEqualTo(replicas);
          assertThat(Leftovers.directories(stack)).hasSizeLessThanOrEqualTo(replicas);
        }
      }
    }
    Eventually.passes(() -> assertThat(Leftovers.processes(home)).isEmpty());
  }

  private static StackUnderTest up(int replicas) throws IOException {
    List<String> options = new ArrayList<>();
    for (String service :
        List.of(
            "api-gateway", "job-service", "schedule-service", "callback-service", "log-service")) {
      options.add("--set");
      options.add(service + ".replicas=" + replicas);
    }
    for (String setting :
        List.of("dispatch.slots=2", "dispatch.launch-limit=5m", "executor.startup-timeout=4m")) {
      options.add("--set");
      options.add("job-service.impresario." + setting);
    }
    return StackUnderTest.up(options.toArray(String[]::new));
  }

  private static UUID schedule(ApiClient client, RunWitness witness, String callback) {
    Map<String, Object> everyMinute =
        Map.of(
            "workflow",
            "actor",
            "params",
            Map.of("milliseconds", 200, "lines", FaultLoad.LINES, "witness", witness.url()),
            "cron_expr",
            "* * * * *",
            "callback_url",
            callback,
            "callback_secret",
            "secret");
    return UUID.fromString(
        client.call("schedules/create", everyMinute).at("/schedule/id").asText());
  }

  private static void awaitAllReady(StackUnderTest stack) {
    List<String> replicas = new ArrayList<>();
    stack.state().path("services").fieldNames().forEachRemaining(replicas::add);
    replicas.removeIf(name -> stack.managementUrl(name).isEmpty());
    Eventually.passes(
        Duration.ofMinutes(4),
        () -> assertThat(replicas).allMatch(replica -> Readiness.of(stack.managementUrl(replica))));
  }

  private static int browsers(Path home) {
    return (int) Leftovers.processes(home).stream().filter(Leftovers::isBrowser).count();
  }

  /** The table says what is missing. */
  private static void awaitOrGoOn(Callable<Boolean> condition) {
    try {
      Eventually.isTrue(DRAIN_LIMIT, "all is over", condition);
    } catch (AssertionError seeTheTable) {
      System.out.println(seeTheTable.getMessage());
    }
  }
}
