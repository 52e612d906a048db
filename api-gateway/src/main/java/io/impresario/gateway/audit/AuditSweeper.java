package io.impresario.gateway.audit;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.gateway.GatewayConfig;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;

/**
 * Deletes rows of the trail that are older than the retention, in pieces that hold no lock for
 * long.
 */
@ApplicationScoped
class AuditSweeper {
  private static final int BATCH = 5_000;

  /** Rows are kept for months: an hour more does not matter. */
  private static final Duration EVERY = Duration.ofHours(1);

  private static final Duration FIRST = Duration.ofMinutes(1);

  private final AuditStore store;
  private final Duration retention;
  private final Clock clock;

  AuditSweeper(AuditStore store, GatewayConfig config, Clock clock) {
    this.store = store;
    this.retention = config.audit().retention();
    this.clock = clock;
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.create(DutySpec.of("audit-sweeper", EVERY, this::sweep).withFirst(FIRST)).start();
  }

  Uni<Round> sweep() {
    return store
        .deleteBefore(clock.instant().minus(retention), BATCH)
        .map(deleted -> Round.moreIf(deleted == BATCH));
  }
}
