package io.impresario.job.deployment;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicReference;

/** Tells this replica's builder at once that there is something to build. */
@ApplicationScoped
class BuildSignal {
  private static final Runnable NOBODY = () -> {};

  private final AtomicReference<Runnable> listener = new AtomicReference<>(NOBODY);

  void wake() {
    listener.get().run();
  }

  void listen(Runnable action) {
    listener.set(action);
  }
}
