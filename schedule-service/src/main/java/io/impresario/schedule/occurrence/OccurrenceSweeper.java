package io.impresario.schedule.occurrence;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.config.ConfigMapping;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Deletes occurrences that nobody will look up any more, a few at a time. */
@ApplicationScoped
class OccurrenceSweeper {
  private static final Logger LOG = Logger.getLogger(OccurrenceSweeper.class);

  /** Rows a statement: short enough that no firing waits for it. */
  private static final int BATCH = 1000;

  /** How far back {@code occurrences/list} can look. */
  @ConfigMapping(prefix = "impresario.schedule.occurrences")
  interface Config {
    /** Age from which an ended occurrence is deleted. */
    Duration retention();

    /** The newest of each schedule that stay however old they are. */
    int kept();
  }

  private final OccurrenceStore store;
  private final Config config;

  OccurrenceSweeper(OccurrenceStore store, Config config) {
    this.store = store;
    this.config = config;
  }

  @Scheduled(
      every = "10m",
      delayed = "1m",
      concurrentExecution = ConcurrentExecution.SKIP,
      identity = "occurrence-sweeper")
  Uni<Void> sweep() {
    return sweepSome()
        .invoke(
            deleted -> {
              if (deleted > 0) {
                LOG.infof("occurrences.swept rows=%d", deleted);
              }
            })
        .onFailure()
        .invoke(failure -> LOG.warnf("occurrences.sweep_failed reason=\"%s\"", failure))
        .replaceWithVoid()
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Integer> sweepSome() {
    return store
        .sweep(config.retention(), config.kept(), BATCH)
        .flatMap(
            rows ->
                rows < BATCH ? Uni.createFrom().item(rows) : sweepSome().map(more -> rows + more));
  }
}
