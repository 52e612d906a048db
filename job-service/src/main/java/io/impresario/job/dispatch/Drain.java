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
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Lets this instance's runs go on for the drain time when it is told to stop, then ends what is
 * left as executor_lost. Before all other observers of the shutdown, because runs need everything:
 * leases are renewed and calls are answered meanwhile, but the instance says that it is not ready.
 * The duties stop afterwards, with the process.
 */
@Readiness
@ApplicationScoped
class Drain implements HealthCheck {
  private static final Logger LOG = Logger.getLogger(Drain.class);

  /** A claim takes milliseconds; without an answer for so long its jobs are left to their lease. */
  private static final Duration CLAIM_LIMIT = Duration.ofSeconds(2);

  /** What killing and recording may take after the drain time. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Dispatcher dispatcher;
  private final RunStarter starter;
  private final DispatchConfig config;
  private volatile boolean draining;

  Drain(Dispatcher dispatcher, RunStarter starter, DispatchConfig config) {
    this.dispatcher = dispatcher;
    this.starter = starter;
    this.config = config;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("claims jobs").status(!draining).build();
  }

  void drain(@Observes @Priority(1) ShutdownEvent event) {
    draining = true;
    isOver(dispatcher.stop().subscribeAsCompletionStage(), CLAIM_LIMIT);
    int running = starter.runs().size();
    if (running > 0) {
      LOG.infof("drain.started running=%d limit=%s", running, config.drainTime());
      if (!allOver(config.drainTime())) {
        starter.runs().forEach(JobRun::abandon);
        allOver(LAST_WORDS);
      }
      LOG.infof("drain.ended left=%d", starter.runs().size());
    }
  }

  private boolean allOver(Duration limit) {
    return isOver(
        CompletableFuture.allOf(
            starter.runs().stream()
                .map(run -> run.endWritten().subscribeAsCompletionStage())
                .toArray(CompletableFuture<?>[]::new)),
        limit);
  }

  private static boolean isOver(CompletableFuture<Void> end, Duration limit) {
    try {
      end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException notAll) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
