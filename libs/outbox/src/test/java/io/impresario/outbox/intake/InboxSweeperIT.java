package io.impresario.outbox.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.duty.Round;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "job"))
class InboxSweeperIT {
  private static final Duration LIMIT = Eventually.LIMIT;

  @Inject InboxSweeper sweeper;
  @Inject Pool pool;

  @Test
  void theInboxIsSweptAsFarAsItIsOld() {
    String old = "INSERT INTO inbox SELECT 'old', id, now() - interval '15 days'";
    run(old + " FROM generate_series(1, " + (2 * InboxSweeper.ROWS + 1) + ") AS id");
    run("INSERT INTO inbox SELECT 'young', id, now() FROM generate_series(1, 10) AS id");
    Round round = Round.moreIf(true);
    while (round instanceof Round.More) {
      round = sweeper.sweep().await().atMost(LIMIT);
    }
    assertThat(count("SELECT count(*) FROM inbox WHERE consumer = 'old'")).isZero();
    assertThat(count("SELECT count(*) FROM inbox WHERE consumer = 'young'")).isEqualTo(10);
  }

  private void run(String sql) {
    pool.query(sql).execute().await().atMost(LIMIT);
  }

  private long count(String sql) {
    return pool.query(sql)
        .execute()
        .map(rows -> rows.iterator().next().getLong(0))
        .await()
        .atMost(LIMIT);
  }
}
