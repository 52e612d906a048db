package io.impresario.schedule.firing;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.duty.Duties;
import io.impresario.outbox.Outbox;
import io.impresario.schedule.ScheduleApi;
import io.impresario.schedule.definition.NextFireChanged;
import io.impresario.schedule.occurrence.OccurrenceStore;
import io.impresario.sealing.KeyRing;
import io.impresario.testing.DatabaseClock;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two claimers that know nothing of each other, on one database: as two replicas are. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "schedule"),
      @ResourceArg(name = "clock", value = "steered")
    })
class TwoReplicasIT {
  private static final Logger LOG = Logger.getLogger(TwoReplicasIT.class);
  private static final int SCHEDULES = 10_000;
  private static final Instant DUE = Instant.parse("2024-05-01T12:00:00Z");

  private static final String MAKE =
      """
      INSERT INTO schedule (id, tenant_id, workflow, params, cron_expr, timezone, spec, enabled,
        next_fire_at, created_at, updated_at)
      SELECT gen_random_uuid(), '%s', 'w', '{"n":1}', '0 * * * *', 'UTC',
        '{"timeout_seconds":900,"disable_default_proxy":false,"skip_callbacks":false}', true, '%s', '2024-05-01T11:00:00Z', '2024-05-01T11:00:00Z'
        FROM generate_series(1, %d)
      """;

  @Inject MutableClock clock;
  @Inject Duties duties;
  @Inject DueScheduleStore schedules;
  @Inject OccurrenceStore occurrences;
  @Inject Outbox outbox;
  @Inject KeyRing keys;
  @Inject FiringConfig config;
  @Inject MeterRegistry metrics;
  @Inject DueScheduleClaimer first;
  private final ScheduleApi api = ScheduleApi.ofNewTenant();

  @BeforeEach
  void clear() {
    ScheduleApi.clear();
  }

  @Test
  void queueTenThousandDueAtOnceExactlyOnce() {
    clock.set(DUE.minusSeconds(1));
    ScheduleApi.execute(MAKE.formatted(api.tenant(), DUE, SCHEDULES));
    DueScheduleClaimer second = replica();
    second.start(new StartupEvent());
    long start = System.nanoTime();
    clock.set(DUE);
    first.changed(new NextFireChanged());
    second.changed(new NextFireChanged());

    Eventually.isTrue(
        "all have fired",
        () -> count("SELECT count(*) FROM schedule WHERE next_fire_at <= '" + DUE + "'") == 0);
    LOG.infof(
        "%d schedules due at once on two replicas: all queued in %d ms",
        SCHEDULES, Duration.ofNanos(System.nanoTime() - start).toMillis());
    assertThat(count("SELECT count(*) FROM occurrence WHERE outcome = 'started'"))
        .isEqualTo(SCHEDULES);
    assertThat(count("SELECT count(*) FROM occurrence WHERE fired_at < nominal_at")).isZero();
    assertThat(requestedJobs()).hasSize(SCHEDULES).doesNotHaveDuplicates();
  }

  /** The only timer is the claimer's own: nothing calls it when the time comes. */
  @Test
  void wakesByItselfWhenTheNextIsDueAndNeverBefore() {
    DatabaseClock.of("schedule").release();
    for (int i = 0; i < 5; i++) {
      Instant due =
          Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS).plusMillis(300 + 7 * i);
      ScheduleApi.execute(MAKE.formatted(api.tenant(), due, 1));
      first.changed(new NextFireChanged());
      String lateness =
          "SELECT extract(epoch FROM fired_at - nominal_at) * 1000 FROM occurrence"
              + " WHERE nominal_at = '"
              + due
              + "'";
      Eventually.isTrue("fired", () -> count("SELECT count(*) FROM occurrence") == 1);
      assertThat(count(lateness)).isBetween(0L, 250L);
      LOG.infof("woke %d ms after the due time", count(lateness));
      ScheduleApi.clear();
    }
  }

  private DueScheduleClaimer replica() {
    ScheduleFiring firing =
        new ScheduleFiring(schedules, occurrences, outbox, keys, config, new FiringLog(metrics));
    return new DueScheduleClaimer(schedules, firing, duties);
  }

  private List<String> requestedJobs() {
    String tenant = api.tenant().toString();
    List<ConsumerRecord<byte[], byte[]>> found;
    try (KafkaTestClient kafka = new KafkaTestClient(TestServers.get().kafkaBootstrap())) {
      Eventually.isTrue("the outbox is empty", () -> count("SELECT count(*) FROM outbox") == 0);
      found = kafka.all("job-requested", record -> KafkaTestClient.text(record).contains(tenant));
    }
    return found.stream().map(TwoReplicasIT::key).toList();
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private static long count(String sql) {
    try (Connection connection = TestServers.get().connect("schedule");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
