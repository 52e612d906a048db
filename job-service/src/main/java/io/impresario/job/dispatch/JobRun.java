package io.impresario.job.dispatch;

import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.events.LogSource;
import io.impresario.job.executor.Run;
import io.impresario.job.executor.RunListener;
import io.impresario.job.executor.RunOutcome;
import io.impresario.job.lease.ActiveRun;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.job.logline.InOrder;
import io.impresario.job.logline.Redaction;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One claimed job on its way through the executor. Reports are written one after the other, in the
 * order in which they came; what comes after the job was lost is dropped.
 */
final class JobRun implements RunListener, ActiveRun {
  /**
   * The numbers of a job's lines never repeat, also when it is launched again. The executor cuts a
   * run's log at 200,000 lines.
   */
  private static final long SEQUENCES_OF_A_RUN = 250_000;

  private final ClaimedJob job;
  private final RunReports reports;
  private final LogLines lines;
  private final LaunchBreaker breaker;
  private final InOrder inOrder;
  private final CompletableFuture<Void> endWritten = new CompletableFuture<>();
  private CompletableFuture<?> writes = CompletableFuture.completedFuture(null);
  private volatile Redaction redaction = new Redaction(List.of());
  private volatile boolean started;
  private volatile boolean lost;
  private boolean ended;
  private boolean cancelled;
  private @Nullable Run run;

  /** Takes a line, and says when the run may say more. */
  @FunctionalInterface
  interface LogLines {
    void take(ClaimedJob job, LogLine line, BooleanSupplier stillOurs, Runnable taken);
  }

  /**
   * @param redacting threads that take credentials out of lines, which the executor's must not
   */
  JobRun(
      ClaimedJob job,
      RunReports reports,
      LogLines lines,
      LaunchBreaker breaker,
      Executor redacting) {
    this.job = job;
    this.reports = reports;
    this.lines = lines;
    this.breaker = breaker;
    this.inOrder = new InOrder(redacting);
  }

  ClaimedJob job() {
    return job;
  }

  /** Ends when the job's end stands in the database, written by us or by somebody else. */
  Uni<Void> endWritten() {
    return Uni.createFrom().completionStage(endWritten);
  }

  /** Once it has ended these values never leave this process. */
  Uni<Void> redact(Collection<String> values) {
    return Uni.createFrom()
        .item(() -> new Redaction(values))
        .runSubscriptionOn(inOrder)
        .invoke(made -> redaction = made)
        .replaceWithVoid();
  }

  /** Whether nobody has asked for its end while it was being prepared. */
  synchronized boolean wanted() {
    return !cancelled && !lost && !ended;
  }

  /** The executor runs it; a cancel or a loss that came in between takes effect now. */
  synchronized void runs(Run started) {
    run = started;
    if (lost) {
      started.kill();
    } else if (cancelled) {
      started.cancel();
    }
  }

  /** It ends without having reached the executor. */
  void endUnstarted(JobEnd end) {
    finish(end);
  }

  /** It could not be launched here, which may be different elsewhere or later. */
  void giveBack(JobEnd.Failed otherwise) {
    finish(otherwise, reports::notLaunched);
  }

  @Override
  public UUID jobId() {
    return job.id();
  }

  @Override
  public int attempt() {
    return job.attempt();
  }

  @Override
  public synchronized void cancel() {
    boolean first = !cancelled;
    cancelled = true;
    if (first && run != null) {
      run.cancel();
    }
  }

  @Override
  public synchronized void lose() {
    boolean first = !lost && !ended;
    lost = true;
    if (first && run != null) {
      run.kill();
    }
    if (first) {
      ended = true;
      endWritten.complete(null);
    }
  }

  /** Ends the run as lost and says so: for a drain that has lasted long enough. */
  void abandon() {
    Run under;
    synchronized (this) {
      under = run;
    }
    if (under == null) {
      finish(new JobEnd.Failed(FailureCode.EXECUTOR_LOST, "The service was stopped", null));
    } else {
      under.kill();
    }
  }

  @Override
  public void browserReady() {
    breaker.worked();
    write(() -> reports.browserReady(job));
  }

  @Override
  public void started(Instant at) {
    started = true;
    write(() -> reports.started(job).invoke(this::stopUnlessOurs));
  }

  @Override
  public void log(RunListener.Line entry, Runnable taken) {
    inOrder.execute(() -> lines.take(job, redacted(entry), () -> !lost, taken));
  }

  private LogLine redacted(RunListener.Line entry) {
    return new LogLine(
        job.id(),
        job.tenantId(),
        job.workflow(),
        (job.attempt() - 1) * SEQUENCES_OF_A_RUN + entry.seq(),
        LogLevel.valueOf(entry.level().name()),
        LogSource.valueOf(entry.source().name()),
        redaction.apply(entry.message(), Redaction.isCut(entry.message())),
        entry.timestamp());
  }

  @Override
  public void artifact(RunListener.Artifact artifact) {
    write(() -> reports.artifact(job, artifact));
  }

  @Override
  public void ended(RunOutcome end) {
    if (end instanceof RunOutcome.Completed && !started) {
      started(Instant.EPOCH);
    }
    JobEnd verdict = RunVerdict.of(end, started, redaction);
    if (verdict instanceof JobEnd.Failed failed && failed.code() == FailureCode.LAUNCH_FAILED) {
      breaker.failed(failed.error());
      giveBack(failed);
    } else {
      finish(verdict);
    }
  }

  private void finish(JobEnd end) {
    finish(end, reports::ended);
  }

  private void finish(JobEnd end, BiFunction<ClaimedJob, JobEnd, Uni<Boolean>> report) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    write(() -> report.apply(job, end)).whenComplete((made, failure) -> endWritten.complete(null));
  }

  private void stopUnlessOurs(boolean ours) {
    if (!ours) {
      synchronized (this) {
        if (run != null && !cancelled) {
          run.cancel();
        }
      }
    }
  }

  /** Appends to the queue of writes; one that fails for good does not stop those after it. */
  private synchronized CompletableFuture<?> write(Supplier<Uni<Boolean>> report) {
    writes =
        writes
            .handle((before, failure) -> null)
            .thenCompose(
                nothing ->
                    lost
                        ? CompletableFuture.completedFuture(false)
                        : report.get().subscribeAsCompletionStage());
    return writes;
  }
}
