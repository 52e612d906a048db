package io.impresario.log.retention;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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
  private final Duty duty;

  RetentionSweeper(DayPartitions partitions, RetentionConfig config, Duties duties) {
    this.partitions = partitions;
    this.config = config;
    this.duty =
        duties.create(
            DutySpec.of("log-retention", config.sweepInterval(), duties.blocking(this::round))
                .withFirst(Duration.ZERO));
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  private Round round() throws SQLException {
    sweep(partitions.now());
    return Round.done();
  }

  void sweep(Instant now) throws SQLException {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    partitions.ensure(
        Stream.iterate(today, day -> day.plusDays(1)).limit(config.daysAhead() + 1L).toList());
    LocalDate oldestKept = LocalDate.ofInstant(now.minus(config.keep()), ZoneOffset.UTC);
    List<LocalDate> expired =
        partitions.existing().stream().filter(day -> day.isBefore(oldestKept)).toList();
    for (LocalDate day : expired) {
      partitions.drop(day);
      LOG.infof("log_day.dropped day=%s", day);
    }
  }
}
