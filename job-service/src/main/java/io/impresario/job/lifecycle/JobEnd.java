package io.impresario.job.lifecycle;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a job ended, with what a client gets to see of it. */
public sealed interface JobEnd {

  JobStatus status();

  /**
   * The handler returned.
   *
   * @param result JSON text, verbatim
   */
  record Completed(String result) implements JobEnd {
    public Completed {
      Objects.requireNonNull(result, "result");
    }

    @Override
    public JobStatus status() {
      return JobStatus.COMPLETED;
    }
  }

  /** The job failed; the error is a sentence for the client, the stack is mapped to sources. */
  record Failed(FailureCode code, String error, @Nullable String mappedStack) implements JobEnd {
    @Override
    public JobStatus status() {
      return JobStatus.FAILED;
    }
  }

  /** A client cancelled it. */
  record Cancelled() implements JobEnd {
    @Override
    public JobStatus status() {
      return JobStatus.CANCELLED;
    }
  }
}
