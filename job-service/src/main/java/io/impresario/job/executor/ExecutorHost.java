package io.impresario.job.executor;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;

/**
 * The way to the Node program that runs and builds workflows. Starts it, starts it again when it
 * dies, and tells every run that was lost with it.
 */
@ApplicationScoped
public class ExecutorHost {

  /** Starts a run. Never throws for reasons of the run: those arrive at the listener. */
  public Run start(RunRequest request, RunListener listener) {
    throw new UnsupportedOperationException();
  }

  /** Builds a source tree. Waits its turn when enough others are being built. */
  public CompletionStage<BuildOutcome> build(BuildRequest request) {
    throw new UnsupportedOperationException();
  }
}
