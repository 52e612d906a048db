package io.impresario.job.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance does about jobs that it, or the process before it, had. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class TakeoverIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private final JobApi api = new JobApi();
  @TempDir Path directory;

  @Inject OverdueJobs overdue;
  @Inject DeadlineWatchdog watchdog;
  @Inject LeaseRenewer renewer;
  @Inject ActiveRuns runs;
  @Inject Instance self;

  @Test
  void endsWhatItsPredecessorLeftWithoutWaitingForItsLease() throws IOException {
    UUID before = UUID.randomUUID();
    Files.writeString(directory.resolve("instance"), before.toString());
    UUID left = runsElsewhere(before, 600);
    UUID cancelled = runsElsewhere(before, 600);
    JobTable.update("UPDATE jobs SET cancel_requested_at = now() WHERE id = ?", cancelled);
    UUID others = runsElsewhere(UUID.randomUUID(), 600);

    Instance instance = new Instance(directory, Clock.systemUTC());
    new LeaseReaper(overdue, renewer, instance, runs).sweep().await().atMost(SOON);

    assertThat(api.get(left).getString("json.failure_code")).isEqualTo("executor_lost");
    assertThat(api.get(left).getString("json.error")).contains("restarted");
    assertThat(api.status(cancelled)).isEqualTo("cancelled");
    assertThat(api.status(others)).isEqualTo("running");
  }

  @Test
  void takesNothingOverFromOneThatMayLive() throws IOException {
    Instance first = new Instance(directory, Clock.systemUTC());
    Instance second = new Instance(directory, Clock.systemUTC());
    assertThat(first.predecessor()).isEmpty();
    assertThat(second.predecessor()).isEmpty();
    assertThat(Files.readString(directory.resolve("instance"))).isEqualTo(first.id().toString());
  }

  @Test
  void endsAClaimOfItsOwnWhoseAnswerWasLost() {
    // Longer than the interval of renewals, which must not hold it.
    UUID job = runsElsewhere(self.id(), 7);
    Eventually.isTrue(SOON, "given up", () -> api.status(job).equals("failed"));
    assertThat(api.get(job).getString("json.failure_code")).isEqualTo("executor_lost");
  }

  @Test
  void keepsWhatItRunsAlthoughTheClockSaysThatItsLeaseHasExpired() {
    UUID job = api.createWorkflow("hang");
    api.reaches(job, "running");
    JobTable.update("UPDATE jobs SET lease_expires_at = now() - interval '1 s' WHERE id = ?", job);
    Eventually.isTrue(
        SOON,
        "renewed",
        () ->
            JobTable.number(
                    "SELECT count(*) FROM jobs WHERE id = ? AND lease_expires_at > now()", job)
                == 1);
    assertThat(api.status(job)).isEqualTo("running");
    api.call("cancel", "{\"id\":\"" + job + "\"}");
    api.ended(job);
  }

  @Test
  void aJobThatItsLostOwnerNeverStartedIsLostAndNoFailureOfTheBrowser() {
    UUID job = runsElsewhere(UUID.randomUUID(), -60);
    JobTable.update(
        "UPDATE jobs SET status = 'starting_browser', started_at = NULL,"
            + " due_at = now() - interval '1 s' WHERE id = ?",
        job);
    watchdog.sweep().await().atMost(SOON);
    assertThat(api.ended(job).getString("json.failure_code")).isEqualTo("executor_lost");
  }

  private UUID runsElsewhere(UUID owner, int leaseSeconds) {
    JobTable.limit(api.tenant(), 0, null);
    UUID job = api.createWorkflow("echo");
    JobTable.runElsewhere(job, owner, leaseSeconds);
    JobTable.limit(api.tenant(), null, null);
    return job;
  }
}
