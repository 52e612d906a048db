package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.WebhookApi;
import io.impresario.callback.delivery.ClaimStore.Room;
import io.impresario.callback.lane.LaneStore;
import io.impresario.callback.lane.LaneStore.Woken;
import io.impresario.callback.sending.Answer;
import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Delivered;
import io.impresario.callback.sending.AttemptOutcome.NotTried;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.duty.Duties;
import io.impresario.duty.Round;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The queue's SQL with several workers on it. The service's own workers are not woken, and their
 * sweeps are rare here, so that they leave the rows alone.
 */
@QuarkusTest
@TestProfile(ClaimStoreIT.RareSweeps.class)
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "clock", value = "steered"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
class ClaimStoreIT {

  /** Longer than the test. */
  public static final class RareSweeps implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("impresario.delivery.sweep", "1h");
    }
  }

  /** Each of a tenant of its own, with three deliveries that wait for an hour. */
  private static final String TEN_THOUSAND_LANES =
      """
      WITH waiting AS (
        SELECT gen_random_uuid() AS id, gen_random_uuid() AS tenant_id, 'waits' || lane AS lane
          FROM generate_series(1, 10000) AS l (lane)
      ), made AS (
        INSERT INTO delivery (id, tenant_id, job_id, url, secret_sealed, event, body_id,
                              lane, large, state, next_attempt_at, created_at)
        SELECT gen_random_uuid(), tenant_id, gen_random_uuid(), 'http://127.0.0.1:9/', 'sealed',
               'job.completed', gen_random_uuid(), lane, false, 'pending', now(), now()
          FROM waiting, generate_series(1, 3)
        RETURNING id, lane
      ), queued AS (
        INSERT INTO delivery_queue (delivery_id, lane, large, claimable_at)
        SELECT id, lane, false, now() + interval '1 hour' FROM made
      )
      INSERT INTO delivery_lane (lane, large, tenant_id, ready, due_at, used_at)
      SELECT lane, false, tenant_id, false, now() + interval '1 hour', now() FROM waiting
      """;

  private static final Duration LIMIT = Eventually.LIMIT;
  private static final Duration LEASE = Duration.ofSeconds(30);

  @InjectServers TestServers servers;
  @Inject ClaimStore store;
  @Inject ReportStore reports;
  @Inject LaneStore lanes;
  @Inject Pool pool;
  @Inject MutableClock clock;
  @Inject DeliveryConfig config;
  @Inject Duties duties;

  private final WebhookApi api = new WebhookApi();

  @BeforeEach
  @AfterEach
  void clear() throws SQLException {
    try (Connection connection = servers.connect("callback")) {
      connection.createStatement().execute("DELETE FROM delivery; DELETE FROM delivery_lane");
    }
  }

  @Test
  void givesADeliveryToOneWorkerOnly() throws SQLException {
    insert("lane", 200);

    List<Uni<List<ClaimedDelivery>>> workers =
        IntStream.range(0, 16).mapToObj(i -> store.claim(room(Map.of(), 20, 20))).toList();
    List<List<ClaimedDelivery>> claims =
        Uni.join().all(workers).andFailFast().await().atMost(LIMIT);

    List<UUID> ids = claims.stream().flatMap(List::stream).map(ClaimedDelivery::id).toList();
    assertThat(ids).doesNotHaveDuplicates().hasSize(200);
  }

  @Test
  void letsLanesTakeTurns() throws SQLException {
    insert("a", 100);
    insert("b", 3);
    insert("c", 100);

    List<ClaimedDelivery> first = claim(room(Map.of("a", 1), 100));

    assertThat(lanesOf(first)).containsOnly("a", "b", "c");
    assertThat(lanesOf(first)).filteredOn("a"::equals).hasSize(3);
    assertThat(lanesOf(first)).filteredOn("b"::equals).hasSize(3);
    assertThat(lanesOf(first)).filteredOn("c"::equals).hasSize(4);
    assertThat(claim(room(Map.of("a", 4, "b", 4, "c", 4), 100))).isEmpty();
  }

  @Test
  void letsTenantsTakeTurns() throws SQLException {
    UUID one = new UUID(0, 1);
    UUID two = new UUID(0, 2);
    for (int lane = 0; lane < 5; lane++) {
      insert(one, "one" + lane, 4, 1);
      insert(two, "two" + lane, 4, 1);
    }

    assertThat(claim(new Room(false, false, new UUID(0, 0), Map.of(), Map.of(), 6, 12, 4)))
        .extracting(ClaimedDelivery::tenantId)
        .containsOnly(one, two)
        .filteredOn(one::equals)
        .hasSize(6);
    assertThat(claim(new Room(false, false, one, Map.of(), Map.of(), 4, 4, 4)))
        .extracting(ClaimedDelivery::tenantId)
        .containsOnly(two);
    Map<String, Object> onesIsFull = Map.of(one.toString(), 0);
    assertThat(claim(new Room(false, false, new UUID(0, 0), Map.of(), onesIsFull, 20, 20, 4)))
        .extracting(ClaimedDelivery::tenantId)
        .containsOnly(two);
  }

  /**
   * A body that is larger than a tenant's share goes when the tenant has nothing else under way.
   */
  @Test
  void countsLargeBodiesByTheirWeight() throws SQLException {
    UUID one = new UUID(0, 1);
    insert(one, "a", 1, 10);
    insert(one, "b", 1, 10);
    insert(new UUID(0, 2), "c", 1, 10);

    assertThat(lanesOf(claim(room(Map.of(), Map.of(), 8, 16)))).containsExactly("a");
    assertThat(lanesOf(claim(room(Map.of("a", 1), Map.of(one.toString(), 3), 3, 6)))).isEmpty();
    assertThat(lanesOf(claim(room(Map.of("a", 1), Map.of(one.toString(), 3), 3, 14))))
        .containsExactly("c");
    assertThat(lanesOf(claim(room(Map.of("a", 1), Map.of(one.toString(), 12), 3, 24))))
        .containsExactly("b");
  }

  /**
   * Deliveries are made while claims are under way, and time stands still: a lane that a claim put
   * to rest although it had just been woken would never be looked at again.
   */
  @Test
  void missesNothingThatIsMadeDuringAClaim() {
    Set<UUID> claimed = new HashSet<>();
    for (int round = 0; round < 60; round++) {
      List<Uni<List<ClaimedDelivery>>> work = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        work.add(make("lane" + i % 2).replaceWith(List.of()));
        work.add(store.claim(room(Map.of(), 50, 50)));
      }
      for (List<ClaimedDelivery> some : Uni.join().all(work).andFailFast().await().atMost(LIMIT)) {
        some.forEach(one -> assertThat(claimed.add(one.id())).isTrue());
      }
    }
    List<ClaimedDelivery> rest = claim(room(Map.of(), 500, 500));
    while (!rest.isEmpty()) {
      rest.forEach(one -> assertThat(claimed.add(one.id())).isTrue());
      rest = claim(room(Map.of(), 500, 500));
    }

    assertThat(claimed).hasSize(240);
  }

  /** What waits costs a claim nothing, and neither does what is under way. */
  @Test
  void readsAsMuchBesideTenThousandLanesAsBesideNone() throws SQLException {
    insert("busy", 40);
    long alone = pagesOfAClaim(1);
    try (Connection connection = servers.connect("callback")) {
      connection.createStatement().execute(TEN_THOUSAND_LANES);
      connection.createStatement().execute("ANALYZE delivery_lane, delivery_queue, delivery");
    }

    assertThat(pagesOfAClaim(1000)).isLessThan(alone + 60);
  }

  @Test
  void givesItToAnotherWhenTheLeaseHasRunOut() throws SQLException {
    insert("lane", 1);
    ClaimedDelivery lost = claim(room(Map.of(), 10)).get(0);

    assertThat(claim(room(Map.of(), 10))).isEmpty();
    pass(LEASE);
    ClaimedDelivery again = claim(room(Map.of(), 10)).get(0);

    assertThat(again.id()).isEqualTo(lost.id());
    assertThat(again.claim()).isEqualTo(lost.claim() + 1);
    assertThat(again.body()).isEqualTo(lost.body());
    // It died over this one twice: the next has to wait for twice as long.
    pass(LEASE.plusSeconds(1));
    assertThat(claim(room(Map.of(), 10))).isEmpty();
    pass(LEASE);
    assertThat(claim(room(Map.of(), 10))).hasSize(1);
  }

  @Test
  void countsALateReportButDoesNotLetItDecide() throws SQLException {
    insert("lane", 1);
    ClaimedDelivery late = claim(room(Map.of(), 10)).get(0);
    pass(LEASE);
    ClaimedDelivery current = claim(room(Map.of(), 10)).get(0);

    record(late, new Unreachable("no answer"), new NextStep.GivenUp());
    assertThat(state(late.id())).isEqualTo("pending 1");
    record(current, new Delivered(200, Answer.empty()), new NextStep.Done());
    assertThat(state(late.id())).isEqualTo("delivered 2");
    pass(Duration.ofDays(1));
    assertThat(claim(room(Map.of(), 10))).isEmpty();
  }

  /** As when the answer to the first write was lost. */
  @Test
  void countsAReportOnceThatIsWrittenTwice() throws SQLException {
    insert("lane", 1);
    ClaimedDelivery claimed = claim(room(Map.of(), 10)).get(0);
    NextStep again = new NextStep.Again(Duration.ofMinutes(1));

    record(claimed, new Unreachable("no answer"), again);
    record(claimed, new Unreachable("no answer"), again);

    assertThat(state(claimed.id())).isEqualTo("pending 1");
    pass(Duration.ofMinutes(1));
    assertThat(claim(room(Map.of(), 10))).extracting(ClaimedDelivery::failures).containsExactly(1);
  }

  @Test
  void burnsNoAttemptWhenItCouldNotBeTried() throws SQLException {
    insert("lane", 1);
    ClaimedDelivery claimed = claim(room(Map.of(), 10)).get(0);

    record(claimed, new NotTried("no name server answers"), new NextStep.Again(NextStep.UNTRIED));

    assertThat(state(claimed.id())).isEqualTo("pending 0");
    pass(NextStep.UNTRIED);
    assertThat(claim(room(Map.of(), 10))).extracting(ClaimedDelivery::failures).containsExactly(0);
  }

  /** A time beyond what PostgreSQL knows stands for whatever it can refuse. */
  @Test
  void writesTheOthersWhenOneReportCanNeverBeWritten() throws SQLException {
    insert("lane", 3);
    List<ClaimedDelivery> claimed = claim(room(Map.of(), 10));
    AttemptRecorder recorder = new AttemptRecorder(reports, config, duties);
    for (ClaimedDelivery one : claimed) {
      NextStep next =
          one.equals(claimed.get(1))
              ? new NextStep.Again(Duration.ofDays(1_000_000_000))
              : new NextStep.GivenUp();
      recorder.report(report(one, new Unreachable("no answer"), next));
    }
    Round round = Round.moreIf(true);
    while (round.equals(Round.moreIf(true))) {
      round = recorder.write().await().atMost(LIMIT);
    }

    assertThat(recorder.isIdle()).isTrue();
    assertThat(claimed.stream().map(ClaimedDelivery::id).map(this::state))
        .containsExactly("failed 1", "pending 0", "failed 1");
  }

  @Test
  void endsEveryDeliveryOnceUnderManyWorkers() throws SQLException {
    for (int lane = 0; lane < 10; lane++) {
      insert("lane" + lane, 50);
    }
    Set<UUID> delivered = new HashSet<>();
    for (int round = 0; round < 100 && delivered.size() < 500; round++) {
      List<Uni<List<ClaimedDelivery>>> workers =
          IntStream.range(0, 8).mapToObj(i -> store.claim(room(Map.of(), 16))).toList();
      List<ClaimedDelivery> claimed =
          Uni.join().all(workers).andFailFast().await().atMost(LIMIT).stream()
              .flatMap(List::stream)
              .toList();
      List<AttemptReport> ends = new ArrayList<>();
      for (ClaimedDelivery one : claimed) {
        assertThat(delivered.add(one.id())).isTrue();
        ends.add(report(one, new Delivered(200, Answer.empty()), new NextStep.Done()));
      }
      if (!ends.isEmpty()) {
        reports.record(ends).await().atMost(LIMIT);
      }
    }
    assertThat(delivered).hasSize(500);
  }

  private List<ClaimedDelivery> claim(Room room) {
    return store.claim(room).await().atMost(LIMIT);
  }

  private void record(ClaimedDelivery delivery, AttemptOutcome outcome, NextStep next) {
    reports.record(List.of(report(delivery, outcome, next))).await().atMost(LIMIT);
  }

  private AttemptReport report(ClaimedDelivery delivery, AttemptOutcome outcome, NextStep next) {
    return new AttemptReport(delivery, outcome, next, clock.instant(), Duration.ofMillis(3), null);
  }

  private void pass(Duration time) {
    clock.advance(time);
    lanes.ripen(1000).await().atMost(LIMIT);
  }

  private static Room room(Map<String, Object> underWay, int slots) {
    return room(underWay, 4, slots);
  }

  private static Room room(Map<String, Object> underWay, int width, int slots) {
    return new Room(false, false, new UUID(0, 0), underWay, Map.of(), slots, slots, width);
  }

  private static Room room(
      Map<String, Object> underWay, Map<String, Object> rooms, int newcomer, int slots) {
    return new Room(false, false, new UUID(0, 0), underWay, rooms, newcomer, slots, 4);
  }

  private static List<String> lanesOf(List<ClaimedDelivery> claimed) {
    return claimed.stream().map(one -> one.lane().name()).toList();
  }

  private Uni<Void> make(String lane) {
    return pool.withTransaction(
        tx ->
            tx.query(insertion(api.tenant(), lane, 1, 1))
                .execute()
                .chain(() -> lanes.wake(tx, List.of(new Woken(lane, false, api.tenant())))));
  }

  /** Pages that PostgreSQL reads for a claim beside so many lanes that are busy here. */
  private long pagesOfAClaim(int underWay) throws SQLException {
    String lanesUnderWay =
        "(SELECT jsonb_object_agg('waits' || i, 4) FROM generate_series(1, " + underWay + ") i)";
    try (Connection connection = servers.connect("callback");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "PREPARE claim (bool, bool, uuid, jsonb, jsonb, int, bigint, float8, int) AS "
              + ClaimStore.CLAIM_DUE);
      long pages = 0;
      // The first execution also reads the catalogue.
      for (int i = 0; i < 2; i++) {
        ResultSet plan =
            statement.executeQuery(
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE claim (false, false,"
                    + " '00000000-0000-0000-0000-000000000000', '"
                    + json(connection, lanesUnderWay)
                    + "', '{}', 4, 4, 30, 4)");
        assertThat(plan.next()).isTrue();
        JsonPath top = JsonPath.from(plan.getString(1)).setRootPath("[0].Plan");
        assertThat(top.getDouble("'Actual Rows'")).isEqualTo(4);
        pages = top.getLong("'Shared Hit Blocks'") + top.getLong("'Shared Read Blocks'");
      }
      return pages;
    }
  }

  private static String json(Connection connection, String query) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery("SELECT " + query)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private String state(UUID id) {
    try (Connection connection = servers.connect("callback");
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT state || ' ' || attempts FROM delivery WHERE id = ?")) {
      query.setObject(1, id);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void insert(String lane, int count) throws SQLException {
    insert(api.tenant(), lane, count, 1);
  }

  private void insert(UUID tenant, String lane, int count, int weight) throws SQLException {
    try (Connection connection = servers.connect("callback");
        Statement statement = connection.createStatement()) {
      statement.execute(insertion(tenant, lane, count, weight));
      statement.execute(
          """
          INSERT INTO delivery_lane (lane, large, tenant_id, ready, due_at, used_at)
          VALUES ('%s', false, '%s', true, now(), now())
          """
              .formatted(lane, tenant));
    }
  }

  private static String insertion(UUID tenant, String lane, int count, int weight) {
    return """
        WITH made AS (
          INSERT INTO delivery (id, tenant_id, job_id, url, secret_sealed, event, body_id,
                                lane, large, state, next_attempt_at, created_at)
          SELECT gen_random_uuid(), '%s', gen_random_uuid(), 'http://127.0.0.1:9/', 'sealed',
                 'job.completed', gen_random_uuid(), '%s', false, 'pending', now(), now()
            FROM generate_series(1, %d)
          RETURNING *
        ), bodies AS (
          INSERT INTO callback_body SELECT body_id, '{}'::bytea, created_at FROM made
        )
        INSERT INTO delivery_queue (delivery_id, lane, large, weight, claimable_at)
        SELECT id, lane, false, %d, next_attempt_at FROM made
        """
        .formatted(tenant, lane, count, weight);
  }
}
