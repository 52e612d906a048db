package io.impresario.job.deployment;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.job.deployment.BuildQueue.Claim;
import io.impresario.job.executor.BuildOutcome;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Claims and runs builds on this replica, as many at once as configured. Woken by uploads here; the
 * sweep finds those of other replicas and of builders that died.
 */
@ApplicationScoped
class Builder {
  private static final Logger LOG = Logger.getLogger(Builder.class);
  private static final Duration SWEEP = Duration.ofSeconds(1);

  /** A quarter of the lease. */
  private static final Duration RENEWAL = Duration.ofSeconds(5);

  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final UUID id = UUID.randomUUID();
  private final BuildQueue queue;
  private final DeploymentBuild build;
  private final BuildConfig config;
  private final BuildSignal signal;
  private final Map<UUID, Claim> running = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  Builder(BuildQueue queue, DeploymentBuild build, BuildConfig config, BuildSignal signal) {
    this.queue = queue;
    this.build = build;
    this.config = config;
    this.signal = signal;
  }

  void onStart(@Observes StartupEvent event, Duties duties) {
    Duty claims = duties.start(DutySpec.of("builder", SWEEP, this::sweep).withMaxPause(SWEEP));
    signal.listen(claims::wake);
    duties.start(DutySpec.of("build-lease-renewer", RENEWAL, this::renew).withMaxPause(SWEEP));
  }

  /** Lets another replica take over at once. */
  void onStop(@Observes ShutdownEvent event) {
    stopping = true;
    try {
      queue.releaseAll(id).await().atMost(GOODBYE);
    } catch (RuntimeException lost) {
      LOG.warnf("builds.kept reason=\"%s\"", lost);
    }
  }

  /** Claims one build while a place is free. A claim that comes late is begun all the same. */
  Uni<Round> sweep() {
    if (stopping || running.size() >= config.concurrency()) {
      return Uni.createFrom().item(Round.done());
    }
    return queue
        .claim(id, config)
        .invoke(claim -> claim.ifPresent(this::start))
        .map(claim -> Round.moreIf(claim.isPresent()))
        .memoize()
        .indefinitely();
  }

  private Uni<Round> renew() {
    List<UUID> mine = List.copyOf(running.keySet());
    return mine.isEmpty()
        ? Uni.createFrom().item(Round.done())
        : queue.renew(id, mine, config).replaceWith(Round.done());
  }

  private void start(Claim claim) {
    running.put(claim.deployment(), claim);
    long from = System.nanoTime();
    build
        .run(claim)
        .ifNoItem()
        .after(config.timeLimit())
        .recoverWithUni(() -> tooLong(claim))
        .onFailure()
        .call(() -> queue.release(claim))
        .onTermination()
        .invoke(() -> end(claim))
        .subscribe()
        .with(
            result ->
                LOG.infof(
                    "deployment.built deployment_id=%s tenant_id=%s attempt=%d result=%s ms=%d",
                    claim.deployment(),
                    claim.tenant(),
                    claim.attempt(),
                    result,
                    (System.nanoTime() - from) / 1_000_000),
            failure ->
                LOG.errorf(
                    failure,
                    "build.given_back deployment_id=%s attempt=%d",
                    claim.deployment(),
                    claim.attempt()));
  }

  private Uni<DeploymentBuild.Result> tooLong(Claim claim) {
    String error = "The build took longer than " + config.timeLimit().toSeconds() + " seconds.";
    return queue
        .fail(claim, error, BuildOutcome.Notes.NONE)
        .replaceWith(DeploymentBuild.Result.FAILED);
  }

  private void end(Claim claim) {
    running.remove(claim.deployment(), claim);
    signal.wake();
  }
}
