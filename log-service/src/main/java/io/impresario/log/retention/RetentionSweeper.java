package io.impresario.log.retention;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Drops the days that are past the retention and makes the ones to come. */
@ApplicationScoped
class RetentionSweeper {
  private static final Logger LOG = Logger.getLogger(RetentionSweeper.class);

  private final DayPartitions partitions;
  private final RetentionConfig config;
  private final Clock clock;

  RetentionSweeper(DayPartitions partitions, RetentionConfig config, Clock clock) {
    this.partitions = partitions;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "${impresario.retention.sweep-interval}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void sweepOnSchedule() {
    try {
      sweep();
    } catch (SQLException e) {
      LOG.warnf("logs.sweep_postponed reason=\"%s\"", e.getMessage());
    }
  }

  void sweep() throws SQLException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    partitions.ensure(
        Stream.iterate(today, day -> day.plusDays(1)).limit(config.daysAhead() + 1L).toList());
    LocalDate oldestKept =
        LocalDate.ofInstant(clock.instant().minus(config.keep()), ZoneOffset.UTC);
    List<LocalDate> expired =
        partitions.existing().stream().filter(day -> day.isBefore(oldestKept)).toList();
    for (LocalDate day : expired) {
      partitions.drop(day);
      LOG.infof("logs.expired day=%s", day);
    }
  }
}
