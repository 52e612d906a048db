package io.impresario.acceptance;

import io.impresario.acceptance.FaultLoad.Accepted;
import io.impresario.acceptance.ReplicaKiller.Killed;
import io.impresario.acceptance.RunWitness.Life;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds what became of every job against what was promised, and says it in a table. */
final class FaultTable {
  // Far above what is promised, for a machine that is slow and busy: the table shows the figures.
  private static final Duration LOST_LIMIT = Duration.ofSeconds(90);
  private static final Duration WATCHDOG_LIMIT = Duration.ofSeconds(60);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(60);
  private static final String LOST = "failed executor_lost";

  private static final String JOBS =
      """
      SELECT id, concat_ws(' ', status, failure_code) AS ended, started_at, completed_at,
             (spec::json ->> 'timeout_seconds')::integer AS timeout_seconds, error,
             (SELECT count(*) FROM job.job_timeline WHERE job_id = id AND event = 'claimed')
               AS claims,
             (SELECT count(*) FROM job.job_timeline WHERE job_id = id AND event = 'handler_started')
               AS starts,
             (SELECT count(*) FROM job.job_timeline WHERE job_id = id AND event = 'ended') AS ends
        FROM job.jobs WHERE nonce LIKE ?
      """;

  /** What the database says of a job. */
  private record Row(
      String ended,
      @Nullable Instant startedAt,
      @Nullable Instant completedAt,
      Duration timeout,
      String error,
      int claims,
      int starts,
      int ends) {}

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Object> lines = new LinkedHashMap<>();
  private Duration longestLoss = Duration.ZERO;
  private Duration longestAfterlife = Duration.ZERO;
  private int ranTwice;
  private int endedTwice;
  private int neverEnded;

  FaultTable(Connection database, String noncePattern) throws SQLException {
    try (PreparedStatement query = database.prepareStatement(JOBS)) {
      query.setString(1, noncePattern);
      ResultSet found = query.executeQuery();
      while (found.next()) {
        rows.put(
            found.getString("id"),
            new Row(
                found.getString("ended"),
                instant(found, "started_at"),
                instant(found, "completed_at"),
                Duration.ofSeconds(found.getInt("timeout_seconds")),
                String.valueOf(found.getString("error")),
                found.getInt("claims"),
                found.getInt("starts"),
                found.getInt("ends")));
      }
    }
  }

  /** What does not hold; empty is what is promised. */
  List<String> problems() {
    return problems;
  }

  /** Every job of the load ended once, as it should, and everybody was told the same. */
  void count(FaultLoad load, FinishedEvents finished, RunWitness witness) {
    List<Accepted> accepted = load.accepted();
    Set<String> ids = accepted.stream().map(Accepted::id).collect(Collectors.toSet());
    rows.keySet().stream()
        .filter(id -> !ids.contains(id))
        .forEach(id -> problems.add(id + " was made although no create was answered with it"));
    accepted.forEach(job -> check(job, finished, witness));
    lines.put("jobs accepted", accepted.size());
    Map<String, Integer> ends = new TreeMap<>();
    rows.values().forEach(row -> ends.merge(row.ended(), 1, Integer::sum));
    ends.forEach((end, count) -> lines.put("  " + end, count));
    long restarted =
        rows.values().stream().filter(row -> row.error().endsWith("was restarted")).count();
    lines.put("  (of the lost, ended by the restarted service)", restarted);
    lines.put("calls repeated because nobody answered", load.repeated());
    int again = finished.deliveries() - finished.count();
    lines.put("job-finished delivered again (same event)", again);
    lines.put(
        "jobs with a second job-finished event",
        ids.stream().filter(id -> finished.ids(id).size() != 1).count());
    lines.put("jobs ended twice", endedTwice);
    lines.put("jobs never ended", neverEnded);
    lines.put("jobs that ran twice", ranTwice);
    lines.put("sign of life of a run after its job's end, latest", seconds(longestAfterlife));
  }

  /** Every job ended as early as the kills allowed. */
  void hold(ReplicaKiller killer) {
    rows.forEach((id, row) -> checkDeadline(id, row, killer));
    killer.killed().forEach(killed -> checkLosses(killed, killer));
    lines.put("killed -9: services", killer.killed().stream().filter(Killed::service).count());
    lines.put("killed -9: executors", killer.killed().stream().filter(k -> !k.service()).count());
    lines.put("lost job: owner's death to its end, longest", seconds(longestLoss));
  }

  void leftovers(int browsers, int directories) {
    lines.put("browsers left (without those in waiting)", browsers);
    lines.put("run directories left", directories);
  }

  private void check(Accepted job, FinishedEvents finished, RunWitness witness) {
    Row row = rows.get(job.id());
    if (row == null || row.completedAt() == null) {
      neverEnded++;
      problems.add(job + " never ended: " + row);
      return;
    }
    if (row.ends() != 1) {
      endedTwice++;
      problems.add(job + " ended " + row.ends() + " times");
    }
    if (finished.ids(job.id()).size() != 1
        || !finished.ends(job.id()).equals(Set.of(row.ended()))) {
      problems.add(job + " " + row.ended() + " but told " + finished.ends(job.id()));
    }
    if (!job.kind().ends.contains(row.ended()) && !row.ended().equals(LOST)) {
      problems.add(job + " ended as " + row);
    }
    checkRuns(job, row, witness.lives(job.id()));
  }

  private void checkDeadline(String id, Row row, ReplicaKiller killer) {
    if (row.startedAt() != null
        && row.completedAt() != null
        && row.ended().equals("failed timeout")) {
      Instant deadline = row.startedAt().plus(row.timeout());
      if (row.completedAt().isAfter(killer.latestEnd(deadline, WATCHDOG_LIMIT))) {
        problems.add(id + " was ended long after its deadline: " + row);
      }
    }
  }

  private void checkRuns(Accepted job, Row row, List<Life> lives) {
    if (lives.size() > 1 || row.claims() > 1 || row.starts() > 1) {
      ranTwice++;
      problems.add(job + " ran more than once: " + lives + " " + row);
    }
    if (row.ended().equals("completed") && lives.isEmpty()) {
      problems.add(job + " completed without having run");
    }
    for (Life life : lives) {
      Duration after = Duration.between(row.completedAt(), life.last());
      longestAfterlife = longer(longestAfterlife, after);
      if (after.compareTo(KILL_LIMIT) > 0) {
        problems.add(job + " was still running " + seconds(after) + " after its end");
      }
    }
  }

  private void checkLosses(Killed killed, ReplicaKiller killer) {
    for (String id : killed.jobs()) {
      Row row = rows.get(id);
      if (row == null || row.completedAt() == null) {
        continue;
      }
      longestLoss = longer(longestLoss, Duration.between(killed.at(), row.completedAt()));
      if (row.completedAt().isAfter(killer.latestEnd(killed.at(), LOST_LIMIT))) {
        problems.add(id + " was lost with " + killed + " and ended too late: " + row);
      }
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    lines.forEach((name, value) -> text.append("| %-52s | %8s |%n".formatted(name, value)));
    return text.toString();
  }
}
