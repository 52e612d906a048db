package io.impresario.job.lifecycle;

import static io.impresario.job.lifecycle.FailureCode.EXECUTOR_LOST;
import static io.impresario.job.lifecycle.FailureCode.INVALID_INPUT;
import static io.impresario.job.lifecycle.FailureCode.LAUNCH_FAILED;
import static io.impresario.job.lifecycle.FailureCode.QUEUE_EXPIRED;
import static io.impresario.job.lifecycle.FailureCode.RESULT_TOO_LARGE;
import static io.impresario.job.lifecycle.FailureCode.TIMEOUT;
import static io.impresario.job.lifecycle.FailureCode.USER_ERROR;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The states of a job and, for each, the moves that lead out of it. Guarded updates take their
 * guards from here, the SQL constraints and {@code docs/job-lifecycle.md} repeat it, and a test
 * holds the three together.
 */
public sealed interface JobLifecycle {

  JobStatus status();

  /** The moves out of this state. */
  List<Move> moves();

  /**
   * One legal move.
   *
   * @param failures the failure codes it may carry; empty unless it leads to failed
   */
  record Move(JobStatus from, JobStatus to, Set<FailureCode> failures) {
    public Move {
      if ((to == JobStatus.FAILED) == failures.isEmpty()) {
        throw new IllegalArgumentException("a failure has a code and nothing else has: " + to);
      }
    }

    boolean carries(JobEnd end) {
      return to == end.status()
          && (!(end instanceof JobEnd.Failed failed) || failures.contains(failed.code()));
    }
  }

  /** Waits for a slot. Nobody owns it and no attempt has come as far as its handler. */
  record Queued() implements JobLifecycle {
    @Override
    public JobStatus status() {
      return JobStatus.QUEUED;
    }

    @Override
    public List<Move> moves() {
      return List.of(
          move(status(), JobStatus.STARTING_BROWSER),
          failure(status(), QUEUE_EXPIRED),
          move(status(), JobStatus.CANCELLED));
    }
  }

  /** An instance holds a lease on it and prepares its browser; the handler has not been called. */
  record StartingBrowser() implements JobLifecycle {
    @Override
    public JobStatus status() {
      return JobStatus.STARTING_BROWSER;
    }

    @Override
    public List<Move> moves() {
      return List.of(
          move(status(), JobStatus.QUEUED),
          move(status(), JobStatus.RUNNING),
          failure(status(), USER_ERROR, EXECUTOR_LOST, LAUNCH_FAILED, INVALID_INPUT),
          move(status(), JobStatus.CANCELLED));
    }
  }

  /** The handler was called and its time runs. */
  record Running() implements JobLifecycle {
    @Override
    public JobStatus status() {
      return JobStatus.RUNNING;
    }

    @Override
    public List<Move> moves() {
      return List.of(
          move(status(), JobStatus.COMPLETED),
          failure(status(), USER_ERROR, TIMEOUT, EXECUTOR_LOST, RESULT_TOO_LARGE),
          move(status(), JobStatus.CANCELLED));
    }
  }

  /** Over; there is no move out of it, whatever arrives later. */
  record Ended(JobStatus status) implements JobLifecycle {
    public Ended {
      if (!status.ended()) {
        throw new IllegalArgumentException("not an end: " + status);
      }
    }

    @Override
    public List<Move> moves() {
      return List.of();
    }
  }

  static JobLifecycle of(JobStatus status) {
    return switch (status) {
      case QUEUED -> new Queued();
      case STARTING_BROWSER -> new StartingBrowser();
      case RUNNING -> new Running();
      case COMPLETED, FAILED, CANCELLED -> new Ended(status);
    };
  }

  /** Every legal move. */
  static Stream<Move> allMoves() {
    return Arrays.stream(JobStatus.values()).flatMap(status -> of(status).moves().stream());
  }

  /** The states that a job may be in for this end to be its end. */
  static Set<JobStatus> sourcesOf(JobEnd end) {
    Set<JobStatus> sources = EnumSet.noneOf(JobStatus.class);
    allMoves().filter(move -> move.carries(end)).forEach(move -> sources.add(move.from()));
    return sources;
  }

  private static Move move(JobStatus from, JobStatus to) {
    return new Move(from, to, Set.of());
  }

  private static Move failure(JobStatus from, FailureCode first, FailureCode... more) {
    return new Move(from, JobStatus.FAILED, EnumSet.of(first, more));
  }
}
