package io.impresario.job.logline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on threads that it shares with others, one after the other in the order in which they
 * came. After a few of them it lets others have the thread.
 */
public final class InOrder implements Executor {
  private static final int AT_A_TIME = 16;

  private final Executor threads;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  public InOrder(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    threads.execute(this::runSome);
  }

  private void runSome() {
    for (int i = 0; i < AT_A_TIME; i++) {
      Runnable task = next();
      if (task == null) {
        return;
      }
      task.run();
    }
    threads.execute(this::runSome);
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = tasks.poll();
    running = task != null;
    return task;
  }
}
