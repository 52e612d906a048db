package io.impresario.outbox.intake;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Forgets events that can no longer be delivered again, as fast as they grow old. */
@ApplicationScoped
class InboxSweeper {
  /** What grows old meanwhile at a thousand events a second is six statements. */
  private static final Duration EVERY = Duration.ofMinutes(1);

  /** A statement of tens of milliseconds; while it finds so many, the next one follows at once. */
  static final int ROWS = 10_000;

  private final Inbox inbox;
  private final InboxConfig config;
  private final Pool pool;
  private final Duty duty;

  InboxSweeper(Inbox inbox, InboxConfig config, Pool pool, Duties duties) {
    this.inbox = inbox;
    this.config = config;
    this.pool = pool;
    this.duty = duties.create(DutySpec.of("inbox-sweeper", EVERY, this::sweep));
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  Uni<Round> sweep() {
    return inbox.forget(pool, config.retention(), ROWS).map(rows -> Round.moreIf(rows == ROWS));
  }
}
