package io.impresario.duty;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;

/** An event loop's time. Each round gets a context of its own, as each request does. */
final class VertxTimer implements DutyTimer {
  private final Vertx vertx;

  VertxTimer(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public void run(Runnable action) {
    Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
    VertxContextSafetyToggle.setContextSafe(context, true);
    context.runOnContext(ignored -> action.run());
  }

  /** Rounded up to milliseconds, and a timer takes at least one. */
  @Override
  public Pending after(Duration delay, Runnable action) {
    long id =
        vertx.setTimer(Math.max(1, delay.plusNanos(999_999).toMillis()), fired -> action.run());
    return () -> vertx.cancelTimer(id);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
