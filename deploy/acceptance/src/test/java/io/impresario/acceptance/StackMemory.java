package io.impresario.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches what all processes of a stack use together, in kibibytes; what they share counts once
 * (the sum of {@code Pss} in {@code /proc/PID/smaps_rollup}).
 */
final class StackMemory implements AutoCloseable {
  private final StackUnderTest stack;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong peak = new AtomicLong();
  private final AtomicInteger samples = new AtomicInteger();

  private StackMemory(StackUnderTest stack) {
    this.stack = stack;
  }

  static StackMemory watch(StackUnderTest stack) {
    StackMemory memory = new StackMemory(stack);
    // Reading the maps of a browser costs the kernel time: often enough to meet every job.
    memory.thread.scheduleWithFixedDelay(memory::sample, 0, 500, TimeUnit.MILLISECONDS);
    return memory;
  }

  long peakMebibytes() {
    return peak.get() >> 10;
  }

  int samples() {
    return samples.get();
  }

  private void sample() {
    try {
      long sum = stack.processes().stream().mapToLong(StackMemory::kibibytes).sum();
      peak.accumulateAndGet(sum, Math::max);
      samples.incrementAndGet();
    } catch (IOException unreadable) {
      // The number of samples tells.
    }
  }

  private static long kibibytes(ProcessHandle process) {
    Path file = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException ended) {
      return 0;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
