package io.impresario.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Forgets events that can no longer be delivered again. */
@ApplicationScoped
class InboxSweeper {
  private static final Logger LOG = Logger.getLogger(InboxSweeper.class);

  /** 10,000 rows a minute: 14 million a day, more than the inbox takes in, in short statements. */
  private static final Duration EVERY = Duration.ofMinutes(1);

  private static final int ROWS = 10_000;

  private final Inbox inbox;
  private final InboxConfig config;
  private final Pool pool;
  private final Vertx vertx;
  private long timer = -1;

  InboxSweeper(Inbox inbox, InboxConfig config, Pool pool, Vertx vertx) {
    this.inbox = inbox;
    this.config = config;
    this.pool = pool;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(EVERY.toMillis(), id -> sweep());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  private void sweep() {
    inbox
        .forget(pool, config.retention(), ROWS)
        .subscribe()
        .with(
            count -> LOG.debugf("inbox.swept rows=%d", count),
            failure -> LOG.warnf("inbox.sweep_failed reason=\"%s\"", failure));
  }
}
