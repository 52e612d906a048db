package io.impresario.job.logline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A queue bounded in bytes. Who puts something into a full one is called back later; what is taken
 * out still counts until it is {@link #release released}, because it is still in memory. Order is
 * that of the calls, also of those that had to wait.
 */
final class LineBuffer<T> {
  private record Waiting<T>(T item, int bytes, Runnable admitted) {}

  private final long capacity;
  private final Deque<T> ready = new ArrayDeque<>();
  private final Deque<Waiting<T>> waiting = new ArrayDeque<>();
  private long used;
  private boolean closed;

  LineBuffer(long capacity) {
    this.capacity = capacity;
  }

  /**
   * @param admitted called once, when the item has its place
   */
  void put(T item, int bytes, Runnable admitted) {
    synchronized (this) {
      if (!waiting.isEmpty() || !fits(bytes)) {
        waiting.add(new Waiting<>(item, bytes, admitted));
        return;
      }
      admit(item, bytes);
    }
    admitted.run();
  }

  /** The next item, once there is one; null when the buffer is closed and empty. */
  synchronized @Nullable T take() throws InterruptedException {
    while (ready.isEmpty() && !closed) {
      wait();
    }
    return ready.poll();
  }

  /** These bytes have left memory. */
  void release(int bytes) {
    Deque<Runnable> admitted = new ArrayDeque<>();
    synchronized (this) {
      used -= bytes;
      Waiting<T> next = waiting.peek();
      while (next != null && fits(next.bytes())) {
        waiting.remove();
        admit(next.item(), next.bytes());
        admitted.add(next.admitted());
        next = waiting.peek();
      }
    }
    admitted.forEach(Runnable::run);
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Whether the buffer is closed; waits for that so long. */
  synchronized boolean isClosedWithin(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toMillis();
    while (!closed && left > 0) {
      wait(left);
      left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    }
    return closed;
  }

  synchronized long used() {
    return used;
  }

  /** One item always fits, however large. */
  private boolean fits(int bytes) {
    return used == 0 || used + bytes <= capacity;
  }

  private void admit(T item, int bytes) {
    used += bytes;
    ready.add(item);
    notifyAll();
  }
}
