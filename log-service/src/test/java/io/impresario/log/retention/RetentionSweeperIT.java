package io.impresario.log.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.duty.Duties;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "log"))
class RetentionSweeperIT {
  private static final RetentionConfig TEN_DAYS =
      new RetentionConfig() {
        @Override
        public Duration keep() {
          return Duration.ofDays(10);
        }

        @Override
        public int daysAhead() {
          return 2;
        }

        @Override
        public Duration sweepInterval() {
          return Duration.ofHours(1);
        }
      };

  @Inject DayPartitions partitions;
  @Inject Duties duties;

  /** Years back, so that the partitions of the service's own clock are not touched. */
  private List<LocalDate> existing() throws SQLException {
    return partitions.existing().stream().filter(day -> day.getYear() < 2000).toList();
  }

  private static List<LocalDate> days(String first, int count) {
    return IntStream.range(0, count).mapToObj(LocalDate.parse(first)::plusDays).toList();
  }

  @Test
  void makesDaysAheadAndDropsThoseThatAreOver() throws SQLException {
    partitions.ensure(days("1999-01-01", 12));
    RetentionSweeper sweeper = new RetentionSweeper(partitions, TEN_DAYS, duties);
    sweeper.sweep(Instant.parse("1999-01-12T00:00:00Z"));
    assertThat(existing()).isEqualTo(days("1999-01-02", 13));
    sweeper.sweep(Instant.parse("1999-01-12T23:59:59.999Z"));
    assertThat(existing()).isEqualTo(days("1999-01-02", 13));
    sweeper.sweep(Instant.parse("1999-01-13T00:00:00Z"));
    assertThat(existing()).isEqualTo(days("1999-01-03", 13));
    sweeper.sweep(Instant.parse("1999-01-13T00:00:00Z"));
    assertThat(existing()).isEqualTo(days("1999-01-03", 13));
    for (LocalDate day : existing()) {
      partitions.drop(day);
    }
  }

  @Test
  void daysAreMadeAheadFromTheStart() {
    Eventually.passes(
        () ->
            assertThat(partitions.existing())
                .contains(LocalDate.ofInstant(partitions.now(), ZoneOffset.UTC).plusDays(2)));
  }

  @Test
  void twoReplicasMayMakeTheSameDay() throws Exception {
    LocalDate day = LocalDate.parse("1998-05-05");
    List<Thread> threads =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          partitions.forget();
                          ensureQuietly(day);
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    assertThat(partitions.existing()).containsOnlyOnce(day);
    partitions.drop(day);
  }

  private void ensureQuietly(LocalDate day) {
    try {
      partitions.ensure(List.of(day));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
