package io.impresario.job.dispatch;

import io.impresario.job.bundle.BundlesInUse;
import io.impresario.job.executor.Run;
import io.impresario.job.lease.ActiveRuns;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Keeps account of claimed jobs: each is leased until its end is written and takes its slot until
 * its processes are gone, whichever is later.
 */
@ApplicationScoped
class RunStarter {
  /** One busy run leaves the other thread to the others. */
  private static final int REDACTING = 2;

  private final RunLauncher launcher;
  private final RunReports reports;
  private final FencedLogLines lines;
  private final ActiveRuns active;
  private final Slots slots;
  private final LaunchBreaker breaker;
  private final BundlesInUse bundles;
  private final ExecutorService redacting =
      Executors.newFixedThreadPool(REDACTING, work -> new Thread(work, "line-redaction"));

  private final Set<JobRun> runs = ConcurrentHashMap.newKeySet();
  private final List<Runnable> slotListeners = new CopyOnWriteArrayList<>();

  RunStarter(
      RunLauncher launcher,
      RunReports reports,
      FencedLogLines lines,
      ActiveRuns active,
      Slots slots,
      LaunchBreaker breaker,
      BundlesInUse bundles) {
    this.launcher = launcher;
    this.reports = reports;
    this.lines = lines;
    this.active = active;
    this.slots = slots;
    this.breaker = breaker;
    this.bundles = bundles;
  }

  @PreDestroy
  void close() {
    redacting.shutdown();
  }

  void onSlotFree(Runnable listener) {
    slotListeners.add(listener);
  }

  /** The runs that are not over in every respect. */
  List<JobRun> runs() {
    return List.copyOf(runs);
  }

  /** Starts a job for which a slot was taken. */
  void start(ClaimedJob job) {
    JobRun run = new JobRun(job, reports, lines, breaker, redacting);
    runs.add(run);
    active.add(run);
    bundles.hold(job.deploymentId());
    Uni<Void> ended = run.endWritten().invoke(() -> active.remove(run));
    Uni<Void> released = launcher.launch(run).flatMap(RunStarter::released);
    Uni.join()
        .all(ended, released)
        .andCollectFailures()
        .subscribeAsCompletionStage()
        .whenComplete((both, failure) -> over(run));
  }

  private void over(JobRun run) {
    runs.remove(run);
    breaker.over();
    bundles.release(run.job().deploymentId());
    slots.give();
    slotListeners.forEach(Runnable::run);
  }

  private static Uni<Void> released(Optional<Run> run) {
    return run.map(Run::released).orElseGet(() -> Uni.createFrom().voidItem());
  }
}
