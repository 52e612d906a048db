package io.impresario.schedule.occurrence;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Deletes occurrences that nobody will look up any more, a batch per round. */
@ApplicationScoped
class OccurrenceSweeper {
  private static final Logger LOG = Logger.getLogger(OccurrenceSweeper.class);

  /** Rows per statement: short enough that no firing waits for it. */
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
  private final Duty duty;

  OccurrenceSweeper(OccurrenceStore store, Config config, Duties duties) {
    this.store = store;
    this.config = config;
    this.duty =
        duties.create(
            DutySpec.of("occurrence-sweeper", Duration.ofMinutes(10), this::sweep)
                .withFirst(Duration.ofMinutes(1)));
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  private Uni<Round> sweep() {
    return store.sweep(config.retention(), config.kept(), BATCH).map(OccurrenceSweeper::swept);
  }

  private static Round swept(int rows) {
    if (rows > 0) {
      LOG.debugf("occurrences.swept rows=%d", rows);
    }
    return Round.moreIf(rows == BATCH);
  }
}
