package io.impresario.job.deployment;

import jakarta.enterprise.context.ApplicationScoped;

/** Tells this replica's builder at once that there is something to build. */
@ApplicationScoped
class BuildSignal {
  private volatile Runnable listener = () -> {};

  void wake() {
    listener.run();
  }

  void listen(Runnable action) {
    listener = action;
  }
}
