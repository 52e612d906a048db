package io.impresario.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The pools as Quarkus makes them. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.sql.statement-timeout", value = "9s")
    })
class BoundedPoolsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Inject Pool pool;
  @Inject BoundedPools pools;
  @Inject DatabaseProbe probe;
  @Inject Vertx vertx;
  @InjectServers TestServers servers;

  @Test
  void theDefaultPoolHasTheConfiguredLimits() {
    assertThat(show(pool, "statement_timeout")).isEqualTo("9s");
    assertThat(show(pool, "idle_in_transaction_session_timeout")).isEqualTo("15s");
  }

  @Test
  void anotherPoolHasLimitsOfItsOwnAndWorksWhileTheDefaultOneIsUsedUp() {
    Duration second = Duration.ofSeconds(1);
    Pool own =
        pools.another(vertx, "own", 1, new Bounds(second, second, second.multipliedBy(2), second));
    try {
      assertThat(show(own, "statement_timeout")).isEqualTo("1s");
      assertThat(show(own, "search_path")).isEqualTo(show(pool, "search_path"));
      assertThat(own.query("SELECT 1").execute().await().atMost(LIMIT).size()).isOne();
    } finally {
      own.close().await().atMost(LIMIT);
    }
  }

  @Test
  void theProbeTellsWhetherTheDatabaseAnswers() {
    assertThat(probe.answers().await().atMost(LIMIT)).isTrue();
    servers.stopPostgres();
    try {
      assertThat(probe.answers().await().atMost(LIMIT)).isFalse();
    } finally {
      servers.startPostgres();
    }
    assertThat(probe.answers().await().atMost(LIMIT)).isTrue();
  }

  private static String show(Pool pool, String setting) {
    return pool.query("SHOW " + setting)
        .execute()
        .map(rows -> rows.iterator().next().getString(0))
        .onFailure(SqlFault::passes)
        .retry()
        .withBackOff(Duration.ofMillis(100))
        .atMost(20)
        .await()
        .atMost(LIMIT);
  }
}
