package io.impresario.job.lease;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The runs of this instance whose end has not been written yet. */
@ApplicationScoped
public class ActiveRuns {
  private final ConcurrentHashMap<UUID, ActiveRun> runs = new ConcurrentHashMap<>();

  ActiveRuns(MeterRegistry metrics) {
    metrics.gaugeMapSize("impresario.jobs.active", List.of(), runs);
  }

  public void add(ActiveRun run) {
    runs.put(run.jobId(), run);
  }

  public void remove(ActiveRun run) {
    runs.remove(run.jobId(), run);
  }

  public Optional<ActiveRun> find(UUID job) {
    return Optional.ofNullable(runs.get(job));
  }

  public List<ActiveRun> all() {
    return List.copyOf(runs.values());
  }
}
