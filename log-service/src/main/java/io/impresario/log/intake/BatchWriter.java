package io.impresario.log.intake;

import io.impresario.events.LogLine;
import io.impresario.log.retention.DayPartitions;
import io.impresario.outbox.intake.DeadLetters;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.smallrye.mutiny.unchecked.UncheckedSupplier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Brings a batch into the table whatever happens: while the database is away it tries again, and a
 * line that can never be stored is found by halving the batch and buried alone.
 */
@ApplicationScoped
class BatchWriter {
  private static final Logger LOG = Logger.getLogger(BatchWriter.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

  /**
   * What became of the lines of a batch.
   *
   * @param kept what the job's limit left of them, in their order
   * @param fresh how many of those were not in the table before
   */
  record Written(List<TakenLine> kept, int fresh) {}

  private final LineStore store;
  private final JobVolumes volumes;
  private final DayPartitions partitions;
  private final DeadLetters deadLetters;
  private final AtomicBoolean failing = new AtomicBoolean();

  BatchWriter(
      LineStore store, JobVolumes volumes, DayPartitions partitions, DeadLetters deadLetters) {
    this.store = store;
    this.volumes = volumes;
    this.partitions = partitions;
    this.deadLetters = deadLetters;
  }

  /** Ends after the commit. */
  Uni<Written> write(List<TakenLine> lines) {
    return untilItPasses(() -> volumes.admit(lines))
        .chain(kept -> store(kept).map(fresh -> new Written(kept, fresh)));
  }

  private Uni<Integer> store(List<TakenLine> lines) {
    if (lines.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    List<LogLine> rows = lines.stream().map(TakenLine::line).toList();
    return untilItPasses(() -> store.store(rows))
        .onFailure()
        .recoverWithUni(failure -> isolate(lines, failure));
  }

  private Uni<Integer> isolate(List<TakenLine> lines, Throwable failure) {
    if (lines.size() == 1) {
      return deadLetters
          .bury(lines.get(0).record(), ExecutorLogConsumer.NAME, failure.toString())
          .replaceWith(0);
    }
    int half = lines.size() / 2;
    return store(lines.subList(0, half))
        .chain(first -> store(lines.subList(half, lines.size())).map(second -> first + second));
  }

  private <T> Uni<T> untilItPasses(UncheckedSupplier<T> work) {
    return Uni.createFrom()
        .item(Unchecked.supplier(work))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .onFailure(BatchWriter::passes)
        .invoke(this::failing)
        .onFailure(BatchWriter::passes)
        .retry()
        .withBackOff(FIRST_BACKOFF, MAX_BACKOFF)
        .indefinitely()
        .invoke(this::recovered);
  }

  private static boolean passes(Throwable failure) {
    return SqlFault.passes(failure) || DayPartitions.isMissing(failure);
  }

  private void failing(Throwable failure) {
    partitions.forget();
    if (failing.compareAndSet(false, true)) {
      LOG.warnf("log_store.failed reason=\"%s\"", failure.getMessage());
    }
  }

  private void recovered() {
    if (failing.compareAndSet(true, false)) {
      LOG.info("log_store.recovered");
    }
  }
}
