package io.impresario.job.query;

import io.impresario.rpc.RpcException;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the clients that wait for something to happen, and turns away who is one too many. */
@ApplicationScoped
class WaitingClients {
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final WaitingConfig config;
  private final Map<UUID, Integer> byTenant = new HashMap<>();
  private int total;

  WaitingClients(WaitingConfig config, MeterRegistry metrics) {
    this.config = config;
    metrics.gauge("impresario.jobs.waiting.clients", this, WaitingClients::total);
  }

  /**
   * A place among those who wait, until it is closed.
   *
   * @throws RpcException 429 when there is none
   */
  synchronized Place enter(UUID tenant) {
    if (byTenant.getOrDefault(tenant, 0) >= config.tenant()) {
      throw RpcException.tooManyRequests(
          "Too many calls of this tenant wait for jobs", "tenant_waiting", RETRY);
    }
    if (total >= config.total()) {
      throw RpcException.tooManyRequests("Too many calls wait for jobs", "waiting", RETRY);
    }
    total++;
    byTenant.merge(tenant, 1, Integer::sum);
    return new Place(tenant);
  }

  synchronized int total() {
    return total;
  }

  private synchronized void leave(UUID tenant) {
    total--;
    byTenant.computeIfPresent(tenant, (id, count) -> count == 1 ? null : count - 1);
  }

  /** May be closed more than once. */
  final class Place implements AutoCloseable {
    private final UUID tenant;
    private final AtomicBoolean left = new AtomicBoolean();

    private Place(UUID tenant) {
      this.tenant = tenant;
    }

    @Override
    public void close() {
      if (left.compareAndSet(false, true)) {
        leave(tenant);
      }
    }
  }
}
