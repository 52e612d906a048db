package io.impresario.job.query;

import io.impresario.job.query.ManyJobs.Plan;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * Each statement that a busy or a large installation lives by reads about as many rows as it
 * answers with, by an index, however many jobs there are. With {@code
 * -Dimpresario.bench.rows=10000000} the same on so many rows, with figures.
 */
class JobPlansIT {
  private static final int ROWS = Integer.getInteger("impresario.bench.rows", 20_000);
  private static final int PAGE = 101;

  /** A list of one workflow merges one range for each status. */
  private static final int STATUSES = 6;

  private final List<String> figures = new ArrayList<>();
  private final SoftAssertions all = new SoftAssertions();

  @Test
  void readsNoMoreThanItAnswersWith() throws SQLException, IOException {
    try (ManyJobs jobs = new ManyJobs(ROWS)) {
      lists(jobs);
      claims(jobs);
      sweeps(jobs);
      explanation(jobs);
      figures.add(jobs.sizes());
    } finally {
      if (Integer.getInteger("impresario.bench.rows") != null) {
        figures.forEach(System.out::println);
      }
    }
    all.assertAll();
  }

  private void lists(ManyJobs jobs) throws SQLException {
    for (String tenant : List.of(text(ManyJobs.LARGE), text(ManyJobs.SMALL))) {
      for (String before : List.of("'9999-01-01'", "now() - interval '60 days'")) {
        list(jobs, "ALL", tenant, before);
        for (String status : List.of("completed", "failed", "queued", "running")) {
          list(jobs, "OF_STATUS", tenant, before, status);
          list(jobs, "OF_BOTH", tenant, before, status, ManyJobs.COMMON);
          list(jobs, "OF_BOTH", tenant, before, status, ManyJobs.RARE);
          list(jobs, "OF_BOTH", tenant, before, status, "none");
        }
        for (String workflow : List.of(ManyJobs.COMMON, ManyJobs.RARE, "none")) {
          list(jobs, "OF_WORKFLOW", tenant, before, workflow);
        }
      }
    }
  }

  private void list(
      ManyJobs jobs, String statement, String tenant, String before, String... filters)
      throws SQLException {
    List<String> values =
        new ArrayList<>(
            List.of(
                tenant, before, "'ffffffff-ffff-ffff-ffff-ffffffffffff'", Integer.toString(PAGE)));
    for (String filter : filters) {
      values.add("'" + filter + "'");
    }
    // A driver prepares a statement once; after some calls the server may plan it for any values.
    for (boolean generic : List.of(false, true)) {
      Plan plan =
          jobs.explain(
              ManyJobs.sql("query.JobQueries", statement), generic, values.toArray(String[]::new));
      String asked = statement + values + (generic ? " generic" : "");
      note(asked, plan);
      all.assertThat(plan.readsWholeTable()).as(asked + plan).isFalse();
      int most = statement.equals("OF_WORKFLOW") ? PAGE * STATUSES : PAGE;
      all.assertThat(plan.rowsRead()).as(asked + plan).isLessThanOrEqualTo(most);
    }
  }

  private void claims(ManyJobs jobs) throws SQLException {
    Plan plan =
        jobs.explain(
            ManyJobs.sql("dispatch.ClaimStore", "CLAIM"),
            true,
            text(ManyJobs.LARGE),
            "4",
            "1000",
            "1000",
            "15",
            "45");
    note("CLAIM of 4", plan);
    all.assertThat(plan.readsWholeTable()).as("claim " + plan).isFalse();
    // At most: a look for each of 1,000 queues and four heads of each, and what runs.
    all.assertThat(plan.rowsRead()).as("claim " + plan).isLessThan(Math.min(ROWS, 6_500));
  }

  private void sweeps(ManyJobs jobs) throws SQLException {
    overdue(jobs, "lease.LeaseReaper", "EXPIRED", text(ManyJobs.LARGE), "'{}'");
    overdue(jobs, "lease.LeaseReaper", "OF_PREDECESSOR", text(ManyJobs.LARGE));
    check(jobs, "lease.LeaseRenewer", "RENEW", 200, text(ManyJobs.LARGE), "15", "'{}'");
    overdue(jobs, "lease.DeadlineWatchdog", "OVERDUE", "3", "8");
    check(jobs, "ledger.RetentionSweeper", "OLD_JOBS", 2_000, "1000", "60 * 86400");
  }

  /** As it is asked: some of them, in a replica's own order. */
  private void overdue(ManyJobs jobs, String type, String constant, String... values)
      throws SQLException {
    String look =
        ManyJobs.sql("lease.OverdueJobs", "LOOK")
            .formatted(ManyJobs.sql(type, constant), values.length + 1, values.length + 2);
    List<String> given = new ArrayList<>(List.of(values));
    given.addAll(List.of("42", "200"));
    check(constant, jobs.explain(look, true, given.toArray(String[]::new)), 200);
  }

  private void explanation(ManyJobs jobs) throws SQLException {
    String last =
        jobs.column(
                "SELECT id FROM jobs WHERE tenant_id = "
                    + text(ManyJobs.SMALL)
                    + " AND status = 'queued' ORDER BY created_at DESC LIMIT 1")
            .get(0);
    check(
        jobs,
        "query.JobExplanation",
        "WHY",
        ROWS / 100 + 400,
        "'" + last + "'",
        text(ManyJobs.SMALL),
        "1000",
        "1000");
    check(jobs, "limits.QueueCap", "CAP_AND_COUNT", ROWS / 100, text(ManyJobs.LARGE), "100000");
  }

  private void check(ManyJobs jobs, String type, String constant, int mostRows, String... values)
      throws SQLException {
    check(constant, jobs.explain(ManyJobs.sql(type, constant), true, values), mostRows);
  }

  private void check(String constant, Plan plan, int mostRows) {
    note(constant, plan);
    all.assertThat(plan.readsWholeTable()).as(constant + plan).isFalse();
    all.assertThat(plan.rowsRead()).as(constant + plan).isLessThanOrEqualTo(mostRows);
  }

  private void note(String asked, Plan plan) {
    figures.add(
        "%8.2f ms %7d pages %7d rows  %s  %s"
            .formatted(plan.milliseconds(), plan.pages(), plan.rowsRead(), asked, plan.ways()));
  }

  private static String text(Object value) {
    return "'" + value + "'";
  }
}
