package io.impresario.gateway.audit;

import io.impresario.gateway.GatewayConfig;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Deletes what the trail need not remember any more, in pieces that hold no lock for long. */
@ApplicationScoped
class AuditRetention {
  private static final Logger LOG = Logger.getLogger(AuditRetention.class);
  private static final int BATCH = 5_000;

  private final AuditStore store;
  private final Duration retention;
  private final Clock clock;

  @Inject
  AuditRetention(AuditStore store, GatewayConfig config, Clock clock) {
    this.store = store;
    this.retention = config.audit().retention();
    this.clock = clock;
  }

  /** An hour more or less does not matter to what is kept for months. */
  @Scheduled(every = "1h", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    return deleteBefore(clock.instant().minus(retention))
        .invoke(deleted -> LOG.debugf("audit.swept rows=%d", deleted))
        .onFailure()
        .invoke(failure -> LOG.warnf("audit.unswept reason=\"%s\"", failure))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  private Uni<Integer> deleteBefore(Instant limit) {
    return store
        .deleteBefore(limit, BATCH)
        .flatMap(
            deleted ->
                deleted < BATCH
                    ? Uni.createFrom().item(deleted)
                    : deleteBefore(limit).map(more -> more + deleted));
  }
}
