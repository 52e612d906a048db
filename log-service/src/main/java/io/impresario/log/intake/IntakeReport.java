package io.impresario.log.intake;

import io.impresario.log.intake.BatchWriter.Written;
import io.impresario.log.intake.LineReader.Sorted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** What became of each batch: one log line, and the sums as metrics. */
@ApplicationScoped
class IntakeReport {
  private static final Logger LOG = Logger.getLogger(IntakeReport.class);

  private final Counter stored;
  private final Counter repeated;
  private final Counter expired;
  private final Counter overLimit;
  private final Counter deadLettered;
  private final Timer delay;

  IntakeReport(MeterRegistry registry) {
    this.stored = lines(registry, "stored");
    this.repeated = lines(registry, "repeated");
    this.expired = lines(registry, "expired");
    this.overLimit = lines(registry, "over_limit");
    this.deadLettered = lines(registry, "dead_lettered");
    this.delay =
        Timer.builder("impresario.logs.delay")
            .description("From the time of a batch's oldest line to its commit")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(60))
            .register(registry);
  }

  private static Counter lines(MeterRegistry registry, String outcome) {
    return Counter.builder("impresario.logs.lines")
        .description("Log lines by what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  /**
   * @param took from the first attempt to store the batch until its commit
   * @param now the time of the commit, which the lines' own times are compared with
   */
  void batch(Sorted sorted, Written written, Duration took, Instant now) {
    List<TakenLine> kept = written.kept();
    int fresh = written.fresh();
    int over = sorted.lines().size() - kept.size();
    stored.increment(fresh);
    repeated.increment(kept.size() - fresh);
    expired.increment(sorted.expired());
    overLimit.increment(over);
    deadLettered.increment(sorted.poisons().size());
    Duration oldest = oldest(kept, now);
    if (!kept.isEmpty()) {
      delay.record(oldest);
    }
    LOG.infof(
        "logs.stored lines=%d repeated=%d over_limit=%d expired=%d dead_lettered=%d jobs=%d"
            + " store_ms=%d delay_ms=%d",
        fresh,
        kept.size() - fresh,
        over,
        sorted.expired(),
        sorted.poisons().size(),
        kept.stream().map(taken -> taken.line().jobId()).distinct().count(),
        took.toMillis(),
        oldest.toMillis());
  }

  private static Duration oldest(List<TakenLine> kept, Instant now) {
    return kept.stream()
        .map(taken -> taken.line().timestamp())
        .min(Instant::compareTo)
        .map(first -> Duration.between(first, now))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO);
  }
}
