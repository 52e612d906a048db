package io.impresario.sealing;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Keys change with a restart, so a walk soon after it and one a day are enough. A round is one
 * page.
 */
@ApplicationScoped
class DailyResealing {
  private static final Duration EVERY = Duration.ofDays(1);

  private final Resealing resealing;
  private final Duty duty;
  private ResealingWalk walk;

  DailyResealing(Resealing resealing, Duties duties, SecretsConfig config) {
    this.resealing = resealing;
    this.walk = resealing.walk();
    this.duty =
        duties.create(DutySpec.of("resealing", EVERY, this::round).withFirst(config.firstRound()));
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  Uni<Round> round() {
    return walk.next().map(done -> Round.moreIf(goesOn()));
  }

  private boolean goesOn() {
    boolean more = walk.hasNext();
    if (!more) {
      walk = resealing.walk();
    }
    return more;
  }
}
