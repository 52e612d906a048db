package io.impresario.job.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Says in this process that a job was queued and committed, so that nobody has to look for it. */
@ApplicationScoped
public class QueueSignal {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public void onQueued(Runnable listener) {
    listeners.add(listener);
  }

  public void queued() {
    listeners.forEach(Runnable::run);
  }
}
