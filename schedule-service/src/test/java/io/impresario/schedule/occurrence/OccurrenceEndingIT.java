package io.impresario.schedule.occurrence;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.schedule.ScheduleApi;
import io.impresario.schedule.occurrence.Occurrence.Outcome;
import io.impresario.schedule.occurrence.Occurrence.Source;
import io.impresario.testing.Eventually;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "schedule"),
      @ResourceArg(name = "clock", value = "steered")
    })
class OccurrenceEndingIT {
  private static final Duration LIMIT = Eventually.LIMIT;
  private static final Instant START = Instant.parse("2023-06-01T00:00:00Z");

  @Inject MutableClock clock;
  @Inject Pool pool;
  @Inject OccurrenceEnding ending;
  @Inject OccurrenceStore store;
  private final ScheduleApi api = ScheduleApi.ofNewTenant();

  /** What a schedule shows, as a fold over its occurrences in the order of nominal times. */
  private record Standing(int failures, @Nullable String error) {
    static Standing of(List<OccurrenceEnd> inOrder) {
      Standing standing = new Standing(0, null);
      for (OccurrenceEnd end : inOrder) {
        if (end instanceof OccurrenceEnd.Succeeded) {
          standing = new Standing(0, null);
        } else if (end.reason() != null) {
          standing = new Standing(standing.failures + 1, end.reason());
        }
      }
      return standing;
    }
  }

  @Test
  void standsTheSameInWhateverOrderEndsArrive() {
    Random random = new Random(42);
    for (int round = 0; round < 40; round++) {
      UUID schedule = schedule();
      List<OccurrenceEnd> ends = occurrences(schedule, random, 1 + random.nextInt(9));
      Standing expected = Standing.of(ends);
      List<OccurrenceEnd> shuffled = new ArrayList<>(ends);
      Collections.shuffle(shuffled, random);
      for (OccurrenceEnd end : shuffled) {
        apply(List.of(end)).await().atMost(LIMIT);
      }
      assertThat(standing(schedule)).as("%s", shuffled).isEqualTo(expected);
    }
  }

  @Test
  void standsTheSameWhenEndsArriveAtOnceAndTwice() {
    Random random = new Random(43);
    for (int round = 0; round < 10; round++) {
      UUID schedule = schedule();
      UUID other = schedule();
      List<OccurrenceEnd> ends = occurrences(schedule, random, 12);
      List<OccurrenceEnd> others = occurrences(other, random, 12);
      List<Uni<Void>> deliveries = new ArrayList<>();
      for (int i = 0; i < ends.size(); i++) {
        deliveries.add(apply(List.of(ends.get(i), others.get(i))));
        deliveries.add(apply(List.of(others.get(i), ends.get(i))));
      }
      Collections.shuffle(deliveries, random);
      Uni.join().all(deliveries).andFailFast().await().atMost(LIMIT);
      assertThat(standing(schedule)).isEqualTo(Standing.of(ends));
      assertThat(standing(other)).isEqualTo(Standing.of(others));
    }
  }

  @Test
  void sweepsOldEndedOccurrencesButTheNewest() {
    UUID schedule = schedule();
    List<OccurrenceEnd> ends = occurrences(schedule, new Random(44), 10);
    apply(ends.subList(0, 9)).await().atMost(LIMIT);
    clock.set(START.plus(Duration.ofHours(1)));

    store.sweep(Duration.ofMinutes(51), 3, 1000).await().atMost(LIMIT);

    assertThat(api.occurrences(schedule.toString()))
        .hasSize(3)
        .last()
        .extracting(o -> o.getString("nominal_at"))
        .isEqualTo("2023-06-01T00:07:00.000Z");
  }

  @Test
  void aSweepReadsOnlyWhatGoes() {
    for (int i = 0; i < 20; i++) {
      occurrences(schedule(), new Random(i), 100);
    }
    UUID grown = schedule();
    apply(occurrences(grown, new Random(45), 103)).await().atMost(LIMIT);
    clock.set(START.plus(Duration.ofDays(100)));
    ScheduleApi.execute("ANALYZE schedule");
    ScheduleApi.execute("ANALYZE occurrence");

    assertThat(occurrencesRead()).isLessThanOrEqualTo(10);
    store.sweep(Duration.ofDays(90), 100, 1000).await().atMost(LIMIT);

    assertThat(count("occurrence WHERE schedule_id = '" + grown + "'")).isEqualTo(100);
    assertThat(
            count(
                """
                schedule WHERE occurrences <> (
                  SELECT count(*) FROM occurrence WHERE schedule_id = schedule.id)\
                """))
        .isZero();
  }

  /** Rows of the table that the statement of the sweep touches, each time that it does. */
  private long occurrencesRead() {
    String sweep =
        OccurrenceStore.SWEEP
            .replace("$1", Long.toString(Duration.ofDays(90).toSeconds()))
            .replace("$2", "100")
            .replace("$3", "1000");
    JsonArray plan =
        pool.query("EXPLAIN (ANALYZE, FORMAT JSON) " + sweep)
            .execute()
            .map(rows -> rows.iterator().next().getJsonArray(0))
            .await()
            .atMost(LIMIT);
    return read(plan.getJsonObject(0).getJsonObject("Plan"));
  }

  private static long read(JsonObject node) {
    double rows =
        "occurrence".equals(node.getString("Relation Name"))
                && node.getString("Node Type").contains("Scan")
            ? (node.getDouble("Actual Rows")
                    + node.getDouble("Rows Removed by Filter", 0.0)
                    + node.getDouble("Rows Removed by Index Recheck", 0.0))
                * node.getDouble("Actual Loops")
            : 0;
    return Math.round(rows)
        + node.getJsonArray("Plans", new JsonArray()).stream()
            .mapToLong(child -> read((JsonObject) child))
            .sum();
  }

  private int count(String from) {
    return pool.query("SELECT count(*)::integer FROM " + from)
        .execute()
        .map(rows -> rows.iterator().next().getInteger(0))
        .await()
        .atMost(LIMIT);
  }

  private Uni<Void> apply(List<OccurrenceEnd> ends) {
    return pool.withTransaction(transaction -> ending.applyAll(transaction, ends));
  }

  private UUID schedule() {
    return UUID.fromString(
        api.create("workflow", "w", "cron_expr", "@yearly", "enabled", false).getString("id"));
  }

  private List<OccurrenceEnd> occurrences(UUID schedule, Random random, int count) {
    List<Occurrence> rows = new ArrayList<>();
    List<OccurrenceEnd> ends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      UUID job = UUID.randomUUID();
      Instant nominal = START.plusSeconds(60L * i);
      rows.add(
          new Occurrence(job, schedule, Source.SCHEDULE, nominal, nominal, Outcome.STARTED, null));
      ends.add(
          switch (random.nextInt(5)) {
            case 0 -> new OccurrenceEnd.Succeeded(job, schedule);
            case 1 -> new OccurrenceEnd.Cancelled(job, schedule);
            case 2 -> new OccurrenceEnd.Rejected(job, schedule, "rejected " + i);
            default -> new OccurrenceEnd.Failed(job, schedule, "failed " + i);
          });
    }
    pool.withTransaction(transaction -> store.insert(transaction, rows)).await().atMost(LIMIT);
    return ends;
  }

  private Standing standing(UUID schedule) {
    JsonObject shown = api.get(schedule.toString());
    return new Standing(shown.getInteger("consecutive_failures"), shown.getString("last_error"));
  }
}
