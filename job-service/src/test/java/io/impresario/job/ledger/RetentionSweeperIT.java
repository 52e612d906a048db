package io.impresario.job.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.DataDirectory;
import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is forgotten, and what never is. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class RetentionSweeperIT {
  private final JobApi api = new JobApi();

  @Inject Pool pool;
  @Inject DataDirectory data;

  @Test
  void keepsJobsForGoodUnlessTheOperatorSaysOtherwise() {
    UUID old = ended("100 days");
    UUID young = ended("29 days");
    UUID running = api.createWorkflow("hang");
    api.reaches(running, "running");
    JobTable.update(
        "UPDATE jobs SET created_at = now() - interval '100 days' WHERE id = ?", running);

    sweep(Optional.empty());
    assertThat(JobTable.column("SELECT id FROM jobs WHERE id = ?", old)).hasSize(1);

    sweep(Optional.of(Duration.ofDays(30)));
    assertThat(api.call("get", "{\"id\":\"" + old + "\"}").statusCode()).isEqualTo(404);
    assertThat(JobTable.number("SELECT count(*) FROM job_timeline WHERE job_id = ?", old)).isZero();
    assertThat(api.status(young)).isEqualTo("completed");
    assertThat(api.status(running)).isEqualTo("running");
    api.call("cancel", "{\"id\":\"" + running + "\"}");
  }

  @Test
  void forgetsNoncesAfterThirtyDays() {
    String order = "{\"workflow\":\"echo\",\"nonce\":\"again\"}";
    UUID first = api.create(order);
    age(first, "29 days");
    sweep(Optional.empty());
    assertThat(api.create(order)).isEqualTo(first);
    age(first, "31 days");
    sweep(Optional.empty());
    assertThat(JobTable.column("SELECT nonce FROM job_nonces WHERE job_id = ?", first)).isEmpty();
    assertThat(api.create(order)).isNotEqualTo(first);
  }

  private UUID ended(String ago) {
    UUID job = api.createWorkflow("echo");
    api.ended(job);
    JobTable.update("UPDATE jobs SET completed_at = now() - ?::interval WHERE id = ?", ago, job);
    return job;
  }

  private static void age(UUID job, String ago) {
    JobTable.update(
        "UPDATE job_nonces SET created_at = now() - ?::interval WHERE job_id = ?", ago, job);
  }

  @Test
  void deletesOldArtifactsWithTheirRows() throws IOException {
    UUID old = artifact(Duration.ofDays(31));
    UUID young = artifact(Duration.ofDays(29));
    new ArtifactSweeper(
            pool, data, new Kept(Optional.empty(), Duration.ofDays(30)), Clock.systemUTC())
        .sweep()
        .await()
        .atMost(Eventually.LIMIT);
    assertThat(folder(old)).doesNotExist();
    assertThat(JobTable.column("SELECT kind FROM job_artifacts WHERE job_id = ?", old)).isEmpty();
    assertThat(folder(young)).isNotEmptyDirectory();
    assertThat(JobTable.column("SELECT kind FROM job_artifacts WHERE job_id = ?", young))
        .hasSize(1);
  }

  private UUID artifact(Duration age) throws IOException {
    UUID job = ended("1 day");
    Path folder = Files.createDirectories(folder(job));
    Path file = Files.writeString(folder.resolve("page.html"), "<p>");
    JobTable.update(
        "INSERT INTO job_artifacts (job_id, kind, file) VALUES (?, 'page_html', ?)",
        job,
        file.toString());
    Files.setLastModifiedTime(folder, FileTime.from(Clock.systemUTC().instant().minus(age)));
    return job;
  }

  private Path folder(UUID job) throws IOException {
    return data.folder(ArtifactSweeper.FOLDER).resolve(job.toString());
  }

  private record Kept(Optional<Duration> jobs, Duration artifacts) implements RetentionConfig {}

  private void sweep(Optional<Duration> jobs) {
    new RetentionSweeper(pool, new Kept(jobs, Duration.ofDays(30)))
        .sweep()
        .await()
        .atMost(Eventually.LIMIT);
  }
}
