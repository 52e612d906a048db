package io.impresario.job.executor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A run that never came to be. */
final class NoRun implements Run {
  @Override
  public CompletionStage<Void> cancel() {
    return released();
  }

  @Override
  public CompletionStage<Void> kill() {
    return released();
  }

  @Override
  public CompletionStage<Void> released() {
    return CompletableFuture.completedStage(null);
  }
}
