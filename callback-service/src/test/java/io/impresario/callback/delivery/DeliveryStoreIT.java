package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.WebhookApi;
import io.impresario.callback.delivery.DeliveryStore.Room;
import io.impresario.callback.sending.Answer;
import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Delivered;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.duty.Duties;
import io.impresario.duty.Round;
import io.impresario.testing.InjectServers;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The queue's SQL with several workers on it. The service's own workers are not woken, and their
 * sweeps are rare here, so that they leave the rows alone.
 */
@QuarkusTest
@TestProfile(DeliveryStoreIT.RareSweeps.class)
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "clock", value = "steered"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
class DeliveryStoreIT {

  /** Longer than the test. */
  public static final class RareSweeps implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("impresario.delivery.sweep", "1h");
    }
  }

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(30);

  @InjectServers TestServers servers;
  @Inject DeliveryStore store;
  @Inject MutableClock clock;
  @Inject DeliveryConfig config;
  @Inject Duties duties;

  private final WebhookApi api = new WebhookApi();

  @BeforeEach
  void clear() throws SQLException {
    try (Connection connection = servers.connect("callback")) {
      connection.createStatement().execute("DELETE FROM delivery");
    }
  }

  @Test
  void givesADeliveryToOneWorkerOnly() throws SQLException {
    insert("lane", 200);

    List<Uni<List<ClaimedDelivery>>> workers =
        IntStream.range(0, 16).mapToObj(i -> store.claim(room(Map.of("lane", 20), 20))).toList();
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

    List<ClaimedDelivery> first = claim(room(Map.of("a", 5), 100));

    assertThat(first).extracting(ClaimedDelivery::lane).containsOnly("a", "b", "c");
    assertThat(first).filteredOn(one -> one.lane().equals("a")).hasSize(5);
    assertThat(first).filteredOn(one -> one.lane().equals("b")).hasSize(3);
    assertThat(first).filteredOn(one -> one.lane().equals("c")).hasSize(4);
    assertThat(claim(new Room(false, "a", Map.of(), 4, 4)))
        .extracting(ClaimedDelivery::lane)
        .containsOnly("c");
    assertThat(claim(room(Map.of("a", 0, "b", 0, "c", 0), 100))).isEmpty();
  }

  @Test
  void givesItToAnotherWhenTheLeaseHasRunOut() throws SQLException {
    insert("lane", 1);
    ClaimedDelivery lost = claim(room(Map.of(), 10)).get(0);

    assertThat(claim(room(Map.of(), 10))).isEmpty();
    clock.advance(LEASE);
    ClaimedDelivery again = claim(room(Map.of(), 10)).get(0);

    assertThat(again.id()).isEqualTo(lost.id());
    assertThat(again.claim()).isEqualTo(lost.claim() + 1);
    assertThat(again.body()).isEqualTo(lost.body());
    // It died over this one twice: the next has to wait for twice as long.
    clock.advance(LEASE.plusSeconds(1));
    assertThat(claim(room(Map.of(), 10))).isEmpty();
    clock.advance(LEASE);
    assertThat(claim(room(Map.of(), 10))).hasSize(1);
  }

  @Test
  void countsALateReportButDoesNotLetItDecide() throws SQLException {
    insert("lane", 1);
    ClaimedDelivery late = claim(room(Map.of(), 10)).get(0);
    clock.advance(LEASE);
    ClaimedDelivery current = claim(room(Map.of(), 10)).get(0);

    record(late, new Unreachable("no answer"), new NextStep.GivenUp());
    assertThat(state(late.id())).isEqualTo("pending 1");
    record(current, new Delivered(200, Answer.empty()), new NextStep.Done());
    assertThat(state(late.id())).isEqualTo("delivered 2");
    clock.advance(Duration.ofDays(1));
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
    clock.advance(Duration.ofMinutes(1));
    assertThat(claim(room(Map.of(), 10))).extracting(ClaimedDelivery::failures).containsExactly(1);
  }

  /** A time beyond what PostgreSQL knows stands for whatever it can refuse. */
  @Test
  void writesTheOthersWhenOneReportCanNeverBeWritten() throws SQLException {
    insert("lane", 3);
    List<ClaimedDelivery> claimed = claim(room(Map.of(), 10));
    AttemptRecorder recorder = new AttemptRecorder(store, config, duties);
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
      List<AttemptReport> reports = new ArrayList<>();
      for (ClaimedDelivery one : claimed) {
        assertThat(delivered.add(one.id())).isTrue();
        reports.add(report(one, new Delivered(200, Answer.empty()), new NextStep.Done()));
      }
      if (!reports.isEmpty()) {
        store.record(reports).await().atMost(LIMIT);
      }
    }
    assertThat(delivered).hasSize(500);
  }

  private List<ClaimedDelivery> claim(Room room) {
    return store.claim(room).await().atMost(LIMIT);
  }

  private void record(ClaimedDelivery delivery, AttemptOutcome outcome, NextStep next) {
    store.record(List.of(report(delivery, outcome, next))).await().atMost(LIMIT);
  }

  private AttemptReport report(ClaimedDelivery delivery, AttemptOutcome outcome, NextStep next) {
    return new AttemptReport(delivery, outcome, next, clock.instant(), Duration.ofMillis(3));
  }

  private static Room room(Map<String, Integer> free, int slots) {
    return new Room(false, "", free, 4, slots);
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
    try (Connection connection = servers.connect("callback");
        PreparedStatement insert =
            connection.prepareStatement(
                """
                WITH made AS (
                  INSERT INTO delivery (id, tenant_id, job_id, url, secret_sealed, event, body_id,
                                        lane, large, state, next_attempt_at, created_at)
                  SELECT gen_random_uuid(), ?, gen_random_uuid(), 'http://127.0.0.1:9/', 'sealed',
                         'job.completed', gen_random_uuid(), ?, false, 'pending', ?, ?
                    FROM generate_series(1, ?)
                  RETURNING *
                ), bodies AS (
                  INSERT INTO callback_body SELECT body_id, '{}'::bytea, created_at FROM made
                )
                INSERT INTO delivery_queue (delivery_id, lane, large, claimable_at)
                SELECT id, lane, false, next_attempt_at FROM made
                """)) {
      insert.setObject(1, api.tenant());
      insert.setString(2, lane);
      insert.setTimestamp(3, Timestamp.from(clock.instant()));
      insert.setTimestamp(4, Timestamp.from(clock.instant()));
      insert.setInt(5, count);
      insert.executeUpdate();
    }
  }
}
