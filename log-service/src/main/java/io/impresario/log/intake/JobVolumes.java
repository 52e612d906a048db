package io.impresario.log.intake;

import io.impresario.events.LogLine;
import io.impresario.log.line.JobVolume;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Counts the volumes of the jobs that write now. A count that is missing or has a gap (a start, a
 * partition that was with another replica meanwhile) is read from the table. Used by one batch at a
 * time.
 */
@ApplicationScoped
class JobVolumes {
  /** About 100 bytes each; a job that falls out is read from the table again. */
  private static final int REMEMBERED = 10_000;

  private final LineStore store;
  private final long maxJobBytes;
  private final Map<UUID, JobVolume> volumes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, JobVolume> eldest) {
          return size() > REMEMBERED;
        }
      };

  JobVolumes(LineStore store, IntakeConfig config) {
    this.store = store;
    this.maxJobBytes = config.maxJobSize().asLongValue();
  }

  /** What is kept of these lines, in their order. When this fails, nothing was counted. */
  synchronized List<TakenLine> admit(List<TakenLine> lines) throws SQLException {
    recall(lines);
    List<TakenLine> kept = new ArrayList<>(lines.size());
    for (TakenLine taken : lines) {
      LogLine line = taken.line();
      JobVolume volume =
          volumes.getOrDefault(line.jobId(), JobVolume.EMPTY).after(line, maxJobBytes);
      volumes.put(line.jobId(), volume);
      volume.kept(line).map(taken::with).ifPresent(kept::add);
    }
    return kept;
  }

  private void recall(List<TakenLine> lines) throws SQLException {
    Map<UUID, LogLine> firsts = new HashMap<>();
    lines.forEach(taken -> firsts.putIfAbsent(taken.line().jobId(), taken.line()));
    List<UUID> unsure =
        firsts.values().stream()
            .filter(
                line -> !volumes.getOrDefault(line.jobId(), JobVolume.EMPTY).continuesWith(line))
            .map(LogLine::jobId)
            .toList();
    if (!unsure.isEmpty()) {
      volumes.putAll(store.volumes(unsure));
    }
  }
}
