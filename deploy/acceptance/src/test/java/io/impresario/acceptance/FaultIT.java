package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.process.Readiness;
import io.impresario.testing.Eventually;
import io.impresario.testing.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Several replicas of the job service while they are killed, paused and stopped. The long form:
 * {@code -Dimpresario.fault.time=PT10M -Dimpresario.fault.pause=PT60S}; others of {@code
 * impresario.fault.replicas} and {@code .seed} make other runs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(6)
class FaultIT {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration TIME = duration("time", "PT40S");
  // Longer than the lease of 15 s; its jobs are taken away a second or two later.
  private static final Duration PAUSE = duration("pause", "PT18S");
  private static final int REPLICAS = Integer.getInteger("impresario.fault.replicas", 3);
  private static final int SLOTS = 2;
  private static final long SEED = Long.getLong("impresario.fault.seed", 20_261_122L);
  private static final Duration LIMIT = Eventually.LIMIT;

  private static final int FEWEST_KILLS = 3;
  private static final int FEWEST_JOBS = 20;
  private static final Duration ENOUGH_LIMIT = Duration.ofMinutes(5);

  /**
   * For a browser that does not start, and the next try, which begins after the startup timeout.
   */
  private static final Duration BEGIN_LIMIT = Duration.ofMinutes(10);

  /** For the jobs that wait when the load ends. */
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);

  private final StackUnderTest stack;
  private final ApiClient client;
  private final RunWitness witness;
  private final FinishedEvents finished;

  FaultIT() throws IOException {
    stack =
        StackUnderTest.up(
            "--set",
            "job-service.replicas=" + REPLICAS,
            "--set",
            "job-service.impresario.dispatch.slots=" + SLOTS,
            // A machine that is busy with restarts may be slow to start a browser; that is no
            // fault.
            "--set",
            "job-service.impresario.dispatch.launch-limit=5m",
            "--set",
            "job-service.impresario.executor.startup-timeout=4m");
    client = stack.client();
    witness = new RunWitness();
    finished = new FinishedEvents(stack.state().path("kafka_bootstrap").asText());
  }

  @BeforeAll
  void deploy() {
    client.deploy(Bundles.actor());
  }

  @AfterAll
  void leavesNothingBehind() throws IOException {
    witness.close();
    finished.close();
    Path home = stack.home();
    List<Path> data = stack.replicas("job-service").stream().map(stack::data).toList();
    stack.stop();
    Eventually.passes(() -> assertThat(Leftovers.processes(home)).isEmpty());
    assertThat(data).allSatisfy(d -> assertThat(Leftovers.directories(d)).isEmpty());
    stack.close();
  }

  @Test
  @Order(1)
  void makesOneJobOfManyCreatesOverTwoReplicas() throws Exception {
    String known = client.awaitEnd(act(Map.of("milliseconds", 1)), LIMIT).path("job_id").asText();
    UUID tenant = UUID.fromString(one("SELECT tenant_id FROM job.jobs WHERE id = ?::uuid", known));
    List<Callable<String>> creates = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      String replica = stack.replicas("job-service").get(i % 2);
      // Two payloads under one nonce: the first to arrive is the job, the other is told of it.
      int milliseconds = 1 + i / 2 % 2;
      creates.add(() -> createUnderOneNonce(replica, tenant, milliseconds));
    }
    Map<String, Integer> answers = new HashMap<>();
    for (Future<String> answer : atOnce(creates)) {
      answers.merge(answer.get(), 1, Integer::sum);
    }
    assertThat(answers.values()).containsExactly(32, 32);
    Set<String> jobs =
        answers.keySet().stream().map(text -> text.split(" ")[1]).collect(Collectors.toSet());
    assertThat(answers.keySet()).extracting(text -> text.split(" ")[0]).contains("200", "409");
    assertThat(jobs).hasSize(1);
    assertThat(one("SELECT count(*) FROM job.jobs WHERE nonce = ?", "sixty-four")).isEqualTo("1");
  }

  @Test
  @Order(2)
  void letsRunsEndWhenAReplicaIsToldToStop() throws Exception {
    List<String> jobs = fillAllSlots(Map.of("milliseconds", 600_000));
    String replica = stack.replicas("job-service").get(1);
    List<String> waiting =
        IntStream.range(0, 4).mapToObj(i -> act(Map.of("milliseconds", 1))).toList();
    ProcessHandle process = stack.process(replica);
    assertThat(ownedBy(replica)).hasSize(SLOTS);

    process.destroy();
    Eventually.isTrue(
        "not ready while it drains",
        () -> process.isAlive() && !Readiness.of(stack.managementUrl(replica)));
    assertThat(process.isAlive()).isTrue();

    witness.release(jobs);
    for (String job : concat(jobs, waiting)) {
      Eventually.isTrue(LIMIT, "ended", () -> finished.has(job));
      assertThat(finished.ends(job)).containsExactly("completed");
    }
    Eventually.isTrue(LIMIT, "it has stopped", () -> !process.isAlive());
    awaitAllReady();
  }

  @Test
  @Order(3)
  void aPausedReplicaSaysNothingAboutJobsThatWereTakenFromIt() throws Exception {
    Map<String, Object> talks = Map.of("milliseconds", 600_000, "says", true, "page", true);
    List<String> jobs = fillAllSlots(talks);
    String replica = stack.replicas("job-service").get(1);
    List<String> taken = ownedBy(replica);
    assertThat(taken).hasSize(SLOTS);
    ProcessHandle process = stack.process(replica);
    Instant over = CLOCK.instant().plus(PAUSE);

    Map<String, String> ends = new HashMap<>();
    StackUnderTest.signal("STOP", process.pid());
    try {
      for (String job : taken) {
        Eventually.isTrue("taken away", () -> finished.has(job));
        ends.put(job, lastEntry(job));
      }
      Eventually.isTrue(PAUSE.plusSeconds(1), "paused", () -> CLOCK.instant().isAfter(over));
    } finally {
      StackUnderTest.signal("CONT", process.pid());
    }

    Eventually.isTrue(
        LIMIT,
        "its browsers are ended",
        () -> browsersBelow(process) <= 1 && Readiness.of(stack.managementUrl(replica)));
    // It runs jobs again, so it has looked at the world.
    jobs.removeAll(taken);
    jobs.forEach(job -> client.call("jobs/cancel", id(job)));
    fillAllSlots(Map.of("milliseconds", 300));
    for (String job : taken) {
      assertThat(lastEntry(job)).isEqualTo(ends.get(job)).contains("executor_lost");
      assertThat(finished.ids(job)).hasSize(1);
      assertThat(finished.ends(job)).containsExactly("failed executor_lost");
      assertThat(linesSaidAfterTheEnd(job)).isEmpty();
    }
    jobs.forEach(job -> assertThat(finished.ends(job)).containsExactly("cancelled"));
  }

  @Test
  @Order(4)
  void everyJobEndsOnceWhileReplicasAreKilled() throws Exception {
    boolean brief = TIME.compareTo(Duration.ofMinutes(2)) < 0;
    Duration shortest = brief ? Duration.ofSeconds(4) : Duration.ofSeconds(5);
    Duration longest = brief ? Duration.ofSeconds(8) : Duration.ofSeconds(15);
    Instant over = CLOCK.instant().plus(TIME);
    try (FaultLoad load = new FaultLoad(List.of(client), witness.url(), "", finished, SEED);
        ReplicaKiller killer = new ReplicaKiller(stack, SEED, shortest, longest)) {
      // On a slow machine the time alone would be over before much has happened.
      Eventually.isTrue(
          TIME.plus(ENOUGH_LIMIT),
          "enough",
          () ->
              CLOCK.instant().isAfter(over)
                  && killer.killed().size() > FEWEST_KILLS
                  && load.accepted().size() > FEWEST_JOBS);
      killer.stop();
      load.stop();
      awaitAllReady();
      List<String> jobs = load.accepted().stream().map(FaultLoad.Accepted::id).toList();
      awaitOrGoOn(() -> finished.jobs().containsAll(jobs));
      awaitOrGoOn(() -> browsersTooMany() <= 0 && directoriesTooMany() <= 0);
      FaultTable table;
      try (Connection database = stack.database()) {
        table = new FaultTable(database, "fault-" + SEED + "-%");
      }
      table.count(load, finished, witness);
      table.hold(killer);
      table.leftovers(Math.max(0, browsersTooMany()), Math.max(0, directoriesTooMany()));
      System.out.printf("Fault test: %d replicas, %s, seed %d%n%s%n", REPLICAS, TIME, SEED, table);
      assertThat(killer.killed()).hasSizeGreaterThan(FEWEST_KILLS);
      assertThat(jobs).hasSizeGreaterThan(FEWEST_JOBS);
      assertThat(table.problems()).isEmpty();
      assertThat(browsersTooMany()).isLessThanOrEqualTo(0);
      assertThat(directoriesTooMany()).isLessThanOrEqualTo(0);
    }
  }

  private String act(Map<String, Object> params) {
    Map<String, Object> all = new HashMap<>(params);
    all.put("witness", witness.url());
    return client.start("actor", all);
  }

  /**
   * As many jobs as can run, all of them running. On a machine that stands still for longer than a
   * lease, some are lost before they begin; others take their places.
   */
  private List<String> fillAllSlots(Map<String, Object> params) {
    List<String> jobs = new ArrayList<>();
    try {
      for (int i = 0; i < REPLICAS * SLOTS; i++) {
        jobs.add(act(params));
      }
      for (int i = 0, lost = 0; i < jobs.size(); i++) {
        while (!begins(jobs.get(i))) {
          assertThat(++lost).as("jobs lost before they began").isLessThan(FEWEST_JOBS);
          jobs.set(i, act(params));
        }
      }
      return jobs;
    } catch (AssertionError e) {
      witness.release(jobs); // the tests that follow need the slots
      throw e;
    }
  }

  /** Whether the job's run begins; otherwise it was lost. */
  private boolean begins(String job) {
    try {
      Eventually.isTrue(
          BEGIN_LIMIT, "it begins", () -> !witness.lives(job).isEmpty() || finished.has(job));
    } catch (AssertionError e) {
      throw new AssertionError("Has not begun: " + client.call("jobs/events", id(job)), e);
    }
    JsonNode events = client.call("jobs/events", id(job));
    if (events.toString().contains("given_back")) {
      System.out.printf("Given back before it began: %s%n", events);
    }
    if (witness.lives(job).isEmpty()) {
      System.out.printf("Lost before it began: %s%n", events);
      assertThat(finished.ends(job)).containsExactly("failed executor_lost");
      return false;
    }
    return true;
  }

  private static Map<String, String> id(String job) {
    return Map.of("id", job);
  }

  private String createUnderOneNonce(String replica, UUID tenant, int milliseconds)
      throws IOException {
    JsonNode secrets =
        StackUnderTest.JSON.readTree(stack.home().resolve("data/secrets.json").toFile());
    String identity =
        TestIdentity.sign(
            tenant,
            tenant,
            List.of("read", "write"),
            CLOCK.instant().plusSeconds(60),
            secrets.path("identity_secret").asText());
    ApiClient.Answer answer =
        new ApiClient(stack.url(replica), "")
            .ask(
                TestIdentity.HEADER,
                identity,
                "jobs/create",
                Map.of(
                    "workflow", "actor",
                    "nonce", "sixty-four",
                    "params", Map.of("milliseconds", milliseconds, "witness", witness.url())));
    if (answer.status() == 409) {
      JsonNode data = answer.json().path("data");
      assertThat(data.path("reason").asText()).isEqualTo("nonce_reused");
      return "409 " + data.path("job_id").asText();
    }
    return answer.status() + " " + answer.json().path("job_id").asText();
  }

  private static <T> List<Future<T>> atOnce(List<Callable<T>> calls) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      return threads.invokeAll(calls);
    } finally {
      threads.shutdownNow();
    }
  }

  private void awaitAllReady() {
    Eventually.passes(
        () ->
            assertThat(stack.replicas("job-service"))
                .allMatch(replica -> Readiness.of(stack.managementUrl(replica))));
  }

  /** The table says what is missing. */
  private static void awaitOrGoOn(Callable<Boolean> condition) {
    try {
      Eventually.isTrue(DRAIN_LIMIT, "all is over", condition);
    } catch (AssertionError seeTheTable) {
      System.out.println(seeTheTable.getMessage());
    }
  }

  private static long browsersBelow(ProcessHandle process) {
    return process
        .descendants()
        .filter(below -> Leftovers.isBrowser(below.info().commandLine().orElse("")))
        .count();
  }

  /** Each replica keeps one in waiting. */
  private int browsersTooMany() {
    List<String> browsers =
        Leftovers.processes(stack.home()).stream().filter(Leftovers::isBrowser).toList();
    return browsers.size() - REPLICAS;
  }

  private int directoriesTooMany() {
    return Leftovers.directories(stack).size() - REPLICAS;
  }

  private List<String> ownedBy(String replica) throws IOException, SQLException {
    String instance = Files.readString(stack.data(replica).resolve("instance"));
    return all("SELECT id FROM job.jobs WHERE owner = ?::uuid", instance);
  }

  private String lastEntry(String job) throws SQLException {
    return one(
        "SELECT (timeline.*)::text FROM job.job_timeline timeline WHERE job_id = ?::uuid"
            + " ORDER BY seq DESC LIMIT 1",
        job);
  }

  /** A second for what was on its way. */
  private List<String> linesSaidAfterTheEnd(String job) throws SQLException {
    Instant end =
        Instant.ofEpochMilli(
            Long.parseLong(
                one(
                    "SELECT (1000 * extract(epoch FROM completed_at))::bigint FROM job.jobs"
                        + " WHERE id = ?::uuid",
                    job)));
    return client.log(job).stream()
        .filter(line -> line.startsWith("still here "))
        .filter(
            line ->
                Instant.ofEpochMilli(Long.parseLong(line.substring(11)))
                    .isAfter(end.plusSeconds(1)))
        .toList();
  }

  private String one(String sql, String value) throws SQLException {
    List<String> found = all(sql, value);
    assertThat(found).as(sql).hasSize(1);
    return found.get(0);
  }

  private List<String> all(String sql, String value) throws SQLException {
    try (Connection database = stack.database();
        PreparedStatement query = database.prepareStatement(sql)) {
      query.setString(1, value);
      ResultSet rows = query.executeQuery();
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  private static List<String> concat(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static Duration duration(String name, String fallback) {
    return Duration.parse(System.getProperty("impresario.fault." + name, fallback));
  }
}
