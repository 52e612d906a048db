package io.impresario.job.dispatch;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Lets this instance's runs go on for the drain time when it is told to stop, then ends what is
 * left as executor_lost. Before all other observers of the shutdown, because runs need everything.
 */
@ApplicationScoped
class Drain {
  private static final Logger LOG = Logger.getLogger(Drain.class);

  /** What killing and recording may take after the drain time. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Dispatcher dispatcher;
  private final RunStarter starter;
  private final DispatchConfig config;

  Drain(Dispatcher dispatcher, RunStarter starter, DispatchConfig config) {
    this.dispatcher = dispatcher;
    this.starter = starter;
    this.config = config;
  }

  void drain(@Observes @Priority(1) ShutdownEvent event) {
    dispatcher.stop();
    int running = starter.runs().size();
    if (running == 0) {
      return;
    }
    LOG.infof("drain.started running=%d limit=%s", running, config.drainTime());
    if (!allOver(config.drainTime())) {
      starter.runs().forEach(JobRun::abandon);
      allOver(LAST_WORDS);
    }
    LOG.infof("drain.ended left=%d", starter.runs().size());
  }

  private boolean allOver(Duration limit) {
    CompletableFuture<?>[] ends =
        starter.runs().stream().map(JobRun::endWritten).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException notAll) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
