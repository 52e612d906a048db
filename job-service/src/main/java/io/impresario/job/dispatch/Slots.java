package io.impresario.job.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * This instance's places for runs. A place is taken from the claim until no process of the run is
 * left, which is later than the end of its job.
 */
@ApplicationScoped
class Slots {
  private final int total;
  private final AtomicInteger used = new AtomicInteger();

  Slots(DispatchConfig config, MeterRegistry metrics) {
    this.total = config.slotCount();
    metrics.gauge("impresario.slots.total", total);
    metrics.gauge("impresario.slots.used", used);
  }

  int free() {
    return total - used.get();
  }

  void take(int count) {
    used.addAndGet(count);
  }

  void give() {
    used.decrementAndGet();
  }
}
