package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.WebhookApi;
import io.impresario.callback.delivery.DeliveryStore.Room;
import io.impresario.callback.sending.Answer;
import io.impresario.callback.sending.DeliveryOutcome;
import io.impresario.callback.sending.DeliveryOutcome.Delivered;
import io.impresario.callback.sending.DeliveryOutcome.Unreachable;
import io.impresario.testing.InjectServers;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
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
 * The queue's SQL with several workers on it. The rows lie in the far future of the service's own
 * clock, so that its own workers leave them alone.
 */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
class DeliveryStoreIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(30);

  @InjectServers TestServers servers;
  @Inject DeliveryStore store;
  @Inject MutableClock clock;

  private final WebhookApi api = new WebhookApi();
  private Instant due = Instant.EPOCH;

  @BeforeEach
  void chooseATime() throws SQLException {
    due = clock.instant().plus(Duration.ofDays(3650));
    try (Connection connection = servers.connect("callback")) {
      connection.createStatement().execute("DELETE FROM delivery");
    }
  }

  @Test
  void givesADeliveryToOneWorkerOnly() throws SQLException {
    insert("lane", 200);

    List<Uni<List<ClaimedDelivery>>> workers =
        IntStream.range(0, 16)
            .mapToObj(i -> store.claim(room(Map.of("lane", 20), 20), due))
            .toList();
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
    due = due.plus(LEASE);
    ClaimedDelivery again = claim(room(Map.of(), 10)).get(0);

    assertThat(again.id()).isEqualTo(lost.id());
    assertThat(again.claim()).isEqualTo(lost.claim() + 1);
    assertThat(again.body()).isEqualTo(lost.body());
    // It died over this one twice: the next has to wait for twice as long.
    due = due.plus(LEASE).plusSeconds(1);
    assertThat(claim(room(Map.of(), 10))).isEmpty();
    due = due.plus(LEASE);
    assertThat(claim(room(Map.of(), 10))).hasSize(1);
  }

  @Test
  void countsALateReportButDoesNotLetItDecide() throws SQLException {
    insert("lane", 1);
    ClaimedDelivery late = claim(room(Map.of(), 10)).get(0);
    due = due.plus(LEASE);
    ClaimedDelivery current = claim(room(Map.of(), 10)).get(0);

    record(late, new Unreachable("no answer"), new NextStep.GivenUp());
    assertThat(state(late.id())).isEqualTo("pending 1");
    record(current, new Delivered(200, Answer.empty()), new NextStep.Done());
    assertThat(state(late.id())).isEqualTo("delivered 2");
    due = due.plus(Duration.ofDays(1));
    assertThat(claim(room(Map.of(), 10))).isEmpty();
  }

  @Test
  void endsEveryDeliveryOnceUnderManyWorkers() throws SQLException {
    for (int lane = 0; lane < 10; lane++) {
      insert("lane" + lane, 50);
    }
    Set<UUID> delivered = new HashSet<>();
    for (int round = 0; round < 100 && delivered.size() < 500; round++) {
      List<Uni<List<ClaimedDelivery>>> workers =
          IntStream.range(0, 8).mapToObj(i -> store.claim(room(Map.of(), 16), due)).toList();
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
        store.record(reports, due).await().atMost(LIMIT);
      }
    }
    assertThat(delivered).hasSize(500);
  }

  private List<ClaimedDelivery> claim(Room room) {
    return store.claim(room, due).await().atMost(LIMIT);
  }

  private void record(ClaimedDelivery delivery, DeliveryOutcome outcome, NextStep next) {
    store.record(List.of(report(delivery, outcome, next)), due).await().atMost(LIMIT);
  }

  private AttemptReport report(ClaimedDelivery delivery, DeliveryOutcome outcome, NextStep next) {
    return new AttemptReport(delivery, outcome, next, due, Duration.ofMillis(3));
  }

  private static Room room(Map<String, Integer> free, int slots) {
    return new Room(false, "", free, 4, slots);
  }

  private String state(UUID id) throws SQLException {
    try (Connection connection = servers.connect("callback");
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT state || ' ' || attempts FROM delivery WHERE id = ?")) {
      query.setObject(1, id);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
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
      insert.setTimestamp(3, Timestamp.from(due));
      insert.setTimestamp(4, Timestamp.from(due));
      insert.setInt(5, count);
      insert.executeUpdate();
    }
  }
}
