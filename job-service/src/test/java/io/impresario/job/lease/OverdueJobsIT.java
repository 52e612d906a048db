package io.impresario.job.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.lease.OverdueJobs.Found;
import io.impresario.job.ledger.JobLedger;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas do not all take the same of many overdue jobs. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
@SuppressWarnings("NullAway.Init")
class OverdueJobsIT {
  private static final int MANY = 5_000;

  /** Stands for a long list of overdue jobs. */
  private static final String OVERDUE =
      """
      SELECT lpad(n::text, 32, '0')::uuid AS id, 0 AS attempt, 'queued' AS status,
             false AS cancel_requested
        FROM generate_series(1, $1) n
      """;

  @Inject Pool pool;
  @Inject JobLedger ledger;

  @Test
  void eachReplicaBeginsWithOthers(@TempDir Path one, @TempDir Path other) {
    Set<UUID> taken = batch(one);
    Set<UUID> takenElsewhere = batch(other);
    assertThat(taken).hasSize(200);
    assertThat(takenElsewhere).hasSize(200);
    takenElsewhere.retainAll(taken);
    assertThat(takenElsewhere.size()).as("taken by both").isLessThan(50);
  }

  private Set<UUID> batch(Path directory) {
    Instance replica = new Instance(directory, Clock.systemUTC());
    return new OverdueJobs(pool, ledger, replica)
        .find(OVERDUE, Tuple.of(MANY)).await().atMost(Eventually.LIMIT).stream()
            .map(Found::id)
            .collect(Collectors.toSet());
  }
}
