package io.impresario.acceptance;

import io.impresario.testing.WebhookReceiver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** What deliveries, occurrences, log lines and queues look like when all faults are over. */
final class FaultAftermath {
  /** Rows that mean that something is not done yet; none may be left. */
  private static final Map<String, String> UNDONE =
      Map.of(
          "jobs that have not ended",
          "SELECT count(*) FROM job.jobs WHERE completed_at IS NULL",
          "events of jobs that were not sent",
          "SELECT count(*) FROM job.outbox",
          "events of schedules that were not sent",
          "SELECT count(*) FROM schedule.outbox",
          "dead events of jobs",
          "SELECT count(*) FROM job.outbox_dead",
          "dead events of schedules",
          "SELECT count(*) FROM schedule.outbox_dead",
          "occurrences whose end is unknown",
          "SELECT count(*) FROM schedule.occurrence WHERE outcome = 'started'",
          "deliveries that wait",
          "SELECT count(*) FROM callback.delivery_queue");

  private static final String CALLBACKS =
      """
      SELECT j.id, d.state, d.attempts, d.id AS delivery
        FROM job.jobs j LEFT JOIN callback.delivery d ON d.job_id = j.id
       WHERE j.status IN ('completed', 'failed') AND j.spec::json -> 'callback' IS NOT NULL
         AND json_typeof(j.spec::json -> 'callback') = 'object'
      """;
  private static final String OCCURRENCES =
      """
      SELECT o.nominal_at, o.outcome, o.job_id, j.id AS job
        FROM schedule.occurrence o LEFT JOIN job.jobs j ON j.id = o.job_id
       WHERE o.schedule_id = ? AND o.source = 'schedule'
      """;
  private static final String LINES =
      """
      SELECT j.id, coalesce(failure_code, status) AS ended,
             (SELECT array_agg(l.message ORDER BY l.seq) FROM log.log_line l
               WHERE l.job_id = j.id AND l.source = 2) AS lines
        FROM job.jobs j WHERE j.workflow = 'actor' AND j.started_at IS NOT NULL
      """;

  private final Connection database;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Object> figures = new LinkedHashMap<>();

  FaultAftermath(Connection database) {
    this.database = database;
  }

  /** What does not hold; empty is what is promised. */
  List<String> problems() {
    return problems;
  }

  /** How many rows say that something is not done yet. */
  static Map<String, Long> undone(Connection database) throws SQLException {
    Map<String, Long> left = new LinkedHashMap<>();
    for (Map.Entry<String, String> one : UNDONE.entrySet()) {
      try (PreparedStatement query = database.prepareStatement(one.getValue());
          ResultSet rows = query.executeQuery()) {
        rows.next();
        if (rows.getLong(1) > 0) {
          left.put(one.getKey(), rows.getLong(1));
        }
      }
    }
    return left;
  }

  void checkNothingIsUndone() throws SQLException {
    undone(database).forEach((what, count) -> problems.add(count + " " + what));
  }

  /** Each finished job with a target was delivered, under one id however often. */
  void checkCallbacks(WebhookReceiver receiver) throws SQLException {
    Map<String, Integer> heard = new LinkedHashMap<>();
    receiver
        .received()
        .forEach(
            request -> heard.merge(request.header("webhook-id").orElse("none"), 1, Integer::sum));
    int targets = 0;
    try (PreparedStatement query = database.prepareStatement(CALLBACKS);
        ResultSet rows = query.executeQuery()) {
      Set<String> jobs = new HashSet<>();
      while (rows.next()) {
        targets++;
        String job = rows.getString("id");
        if (!jobs.add(job)) {
          problems.add(job + " has two deliveries for one target");
        }
        if (!"delivered".equals(rows.getString("state")) || rows.getInt("attempts") < 1) {
          problems.add(job + " has no callback that was delivered: " + rows.getString("state"));
        } else if (!heard.containsKey("msg_" + rows.getString("delivery"))
            && !heard.containsKey(rows.getString("delivery"))) {
          problems.add(job + " is said to be delivered, but its receiver heard nothing");
        }
      }
    }
    figures.put("finished jobs with a callback", targets);
    figures.put("requests that the receiver got", receiver.received().size());
    figures.put(
        "callbacks that arrived more than once",
        heard.values().stream().filter(n -> n > 1).count());
  }

  /** Each minute between two instants has one occurrence, and each occurrence its job. */
  void checkOccurrences(UUID schedule, Instant from, Instant until) throws SQLException {
    Map<Instant, Integer> found = new LinkedHashMap<>();
    try (PreparedStatement query = database.prepareStatement(OCCURRENCES)) {
      query.setObject(1, schedule);
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        found.merge(rows.getTimestamp("nominal_at").toInstant(), 1, Integer::sum);
        if (rows.getString("job") == null || rows.getString("outcome").equals("missed")) {
          problems.add(
              "occurrence "
                  + rows.getTimestamp("nominal_at").toInstant()
                  + " of "
                  + schedule
                  + " has no job: "
                  + rows.getString("outcome"));
        }
      }
    }
    int minutes = 0;
    long minute = Duration.ofMinutes(1).toMillis();
    long first = (from.toEpochMilli() / minute + 1) * minute;
    for (long at = first; at <= until.toEpochMilli(); at += minute) {
      minutes++;
      int count = found.getOrDefault(Instant.ofEpochMilli(at), 0);
      if (count != 1) {
        problems.add(
            schedule + " has " + count + " occurrences of " + new Timestamp(at).toInstant());
      }
    }
    figures.merge("occurrences due", minutes, (a, b) -> (Integer) a + (Integer) b);
    figures.merge("occurrences found", found.size(), (a, b) -> (Integer) a + (Integer) b);
  }

  /** The lines that a job printed are there once each, in their order; all, unless it was ended. */
  void checkLines() throws SQLException {
    int lines = 0;
    int jobs = 0;
    try (PreparedStatement query = database.prepareStatement(LINES);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        jobs++;
        String ended = rows.getString("ended");
        Object[] array =
            rows.getArray("lines") == null
                ? new Object[0]
                : (Object[]) rows.getArray("lines").getArray();
        List<String> said =
            Arrays.stream(array).map(String::valueOf).filter(l -> l.startsWith("line ")).toList();
        lines += said.size();
        boolean mayBeCut = ended.equals("executor_lost") || ended.equals("cancelled");
        int expected = mayBeCut ? said.size() : FaultLoad.LINES;
        List<String> wanted =
            IntStream.rangeClosed(1, expected).mapToObj(i -> "line " + i).toList();
        if (!said.equals(wanted)) {
          problems.add(rows.getString("id") + " " + ended + " has the lines " + said);
        }
      }
    }
    figures.put("jobs that printed", jobs);
    figures.put("lines stored", lines);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    figures.forEach((name, value) -> text.append("| %-52s | %8s |%n".formatted(name, value)));
    return text.toString();
  }
}
