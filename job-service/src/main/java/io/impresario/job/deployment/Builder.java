package io.impresario.job.deployment;

import io.impresario.job.deployment.BuildQueue.Claim;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Claims and runs builds on this replica, as many at once as configured. Woken by uploads here; the
 * sweep finds those of other replicas and of builders that died.
 */
@ApplicationScoped
class Builder {
  private static final Logger LOG = Logger.getLogger(Builder.class);
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final UUID id = UUID.randomUUID();
  private final BuildQueue queue;
  private final DeploymentBuild build;
  private final BuildConfig config;
  private final BuildSignal signal;
  private final Map<UUID, Claim> running = new ConcurrentHashMap<>();
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicBoolean stopping = new AtomicBoolean();

  Builder(BuildQueue queue, DeploymentBuild build, BuildConfig config, BuildSignal signal) {
    this.queue = queue;
    this.build = build;
    this.config = config;
    this.signal = signal;
  }

  void onStart(@Observes StartupEvent event) {
    signal.listen(this::fill);
  }

  /** Lets another replica take over at once. */
  void onStop(@Observes ShutdownEvent event) {
    stopping.set(true);
    try {
      queue.releaseAll(id).await().atMost(GOODBYE);
    } catch (RuntimeException lost) {
      LOG.warnf("build.release failed, leases run out instead: %s", lost.getMessage());
    }
  }

  @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void sweep() {
    fill();
  }

  @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> renew() {
    List<UUID> mine = List.copyOf(running.keySet());
    return mine.isEmpty() ? Uni.createFrom().voidItem() : queue.renew(id, mine, config);
  }

  /** Starts as many builds as there are free places. */
  private void fill() {
    if (stopping.get()) {
      return;
    }
    if (taken.incrementAndGet() > config.concurrency()) {
      taken.decrementAndGet();
      return;
    }
    queue
        .claim(id, config)
        .subscribe()
        .with(
            claim -> {
              if (claim.isPresent()) {
                start(claim.get());
                fill();
              } else {
                taken.decrementAndGet();
              }
            },
            failure -> {
              taken.decrementAndGet();
              LOG.warnf("build.claim failed: %s", failure.getMessage());
            });
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
                    "deployment.build failed and is given back deployment_id=%s attempt=%d",
                    claim.deployment(),
                    claim.attempt()));
  }

  private Uni<DeploymentBuild.Result> tooLong(Claim claim) {
    String error = "The build took longer than " + config.timeLimit().toSeconds() + " seconds.";
    return queue.fail(claim, error).replaceWith(DeploymentBuild.Result.FAILED);
  }

  private void end(Claim claim) {
    running.remove(claim.deployment(), claim);
    taken.decrementAndGet();
    fill();
  }
}
