package io.impresario.job.executor;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way to the Node program that runs and builds workflows. Starts it, starts it again when it
 * dies, and tells every run that was lost with it.
 */
@ApplicationScoped
public class ExecutorHost {
  private static final Logger LOG = Logger.getLogger(ExecutorHost.class);

  /** Sweeping up after a predecessor and trying the sandbox takes a second or two. */
  private static final Duration OPENING = Duration.ofSeconds(20);

  private final ExecutorConfig config;
  private final Path dataDirectory;
  private final MeterRegistry metrics;
  private final WarmProxy warmProxy;
  private final OwnAddresses ownAddresses;
  private @Nullable HostSession session;
  private boolean closed;

  @Inject
  public ExecutorHost(
      ExecutorConfig config,
      @ConfigProperty(name = "impresario.job.data-directory") Path dataDirectory,
      MeterRegistry metrics,
      WarmProxy warmProxy,
      OwnAddresses ownAddresses) {
    this.config = config;
    this.dataDirectory = dataDirectory.toAbsolutePath().normalize();
    this.metrics = metrics;
    this.warmProxy = warmProxy;
    this.ownAddresses = ownAddresses;
  }

  /** Warm slots are for the first job too. */
  void onStart(@Observes StartupEvent event) {
    if (config.warmSlots() > 0) {
      try {
        session();
      } catch (IOException e) {
        LOG.errorf("executor.start_failed reason=\"%s\"", e.getMessage());
      }
    }
  }

  /**
   * What keeps jobs from being run here; empty: nothing. Starts the program if it does not run, and
   * looks again if it could not run jobs before.
   */
  public Uni<Optional<String>> obstacle() {
    return Uni.createFrom()
        .deferred(this::obstacleOfSession)
        .ifNoItem()
        .after(OPENING)
        .recoverWithItem(() -> Optional.of("The executor has not become ready"))
        .invoke(this::lookAgain);
  }

  private Uni<Optional<String>> obstacleOfSession() {
    try {
      return session().obstacle();
    } catch (IOException e) {
      return Uni.createFrom().item(Optional.of(doesNotStart(e)));
    }
  }

  private synchronized void lookAgain(Optional<String> obstacle) {
    if (obstacle.isPresent() && session != null) {
      session.endIfUseless();
    }
  }

  private static String doesNotStart(Throwable e) {
    return "The executor does not start: " + e.getMessage();
  }

  /**
   * Starts a run. Never throws: what goes wrong arrives at the listener, possibly before this
   * returns.
   */
  public Run start(RunRequest request, RunListener listener) {
    try {
      return session().start(request, listener);
    } catch (IOException e) {
      listener.ended(
          new RunOutcome.Failed(RunOutcome.FailureKind.LAUNCH_FAILED, doesNotStart(e), null));
      return NoRun.NEVER_STARTED;
    }
  }

  /** Builds a source tree. Waits its turn when enough others are being built. */
  public Uni<BuildOutcome> build(BuildRequest request) {
    try {
      return session().build(request);
    } catch (IOException e) {
      return Uni.createFrom().item(new BuildOutcome.Interrupted(doesNotStart(e)));
    }
  }

  @PreDestroy
  void close() {
    HostSession last;
    synchronized (this) {
      closed = true;
      last = session;
    }
    if (last != null) {
      last.stop();
    }
  }

  private synchronized HostSession session() throws IOException {
    if (closed) {
      throw new IOException("the service is shutting down");
    }
    if (session == null || session.isDead()) {
      session = new HostSession(HostProcess.start(config), this::onEvent, this::onDeath);
      session.open(
          HostMessages.configure(
              config, dataDirectory, warmProxy.proxy().orElse(null), ownAddresses.all()));
    }
    return session;
  }

  private void onEvent(JsonNode message) {
    switch (message.path("type").asText()) {
      case "configured" ->
          LOG.infof(
              "executor.started sandbox=%s own_user=%s network=\"%s\" system_calls=%s"
                  + " browser_sandbox=%s own_sockets=%s chromium=%s headless_shell=%s",
              message.path("sandbox").asText(),
              message.path("ownUser").asText(),
              message.path("network").asText(),
              message.path("systemCalls").asBoolean() ? "filtered" : "open",
              message.path("browserSandbox").asText(),
              message.path("ownSockets").asText(),
              message.path("chromium").asText(),
              message.path("headlessShell").asText());
      case "warm_ready" ->
          LOG.debugf("executor.browser_warmed pid=%d", message.path("pid").asLong());
      case "slot_taken" ->
          metrics
              .counter("impresario.executor.slots.taken", "warm", message.path("warm").asText())
              .increment();
      case "dependencies" ->
          metrics
              .counter(
                  "impresario.executor.dependencies", "stored", message.path("stored").asText())
              .increment();
      default -> LOG.warnf("executor.message_ignored type=%s", message.path("type").asText());
    }
  }

  /** What the dead host's runs left is swept away by the next one; only then are they released. */
  private void onDeath(HostSession dead) {
    synchronized (this) {
      if (closed) {
        dead.releaseAll();
        return;
      }
    }
    LOG.errorf("executor.died pid=%d last_words=\"%s\"", dead.pid(), dead.lastComplaint());
    if (dead.wasOpen()) {
      restartFor(dead);
    } else {
      dead.releaseAll();
    }
  }

  private void restartFor(HostSession dead) {
    try {
      session().afterOpening(dead::releaseAll);
    } catch (IOException e) {
      LOG.errorf("executor.restart_failed reason=\"%s\"", e.getMessage());
      dead.releaseAll();
    }
  }

  /** Which proxy browsers in waiting are started with: that of a job which asks for none. */
  public interface WarmProxy {
    Optional<ProxyServer> proxy();
  }

  /** A run that never came to be. */
  private enum NoRun implements Run {
    NEVER_STARTED;

    @Override
    public void cancel() {}

    @Override
    public void kill() {}

    @Override
    public Uni<Void> released() {
      return Uni.createFrom().voidItem();
    }
  }
}
