package io.impresario.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
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

  private static final String BACKEND = "SELECT pg_backend_pid()::text";
  private static final String SLEEPING =
      "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'";

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
  void aQueryThatNobodyWaitsForEndsAndItsConnectionIsUsedAgain() {
    Pool own = single();
    try {
      String backend = read(own, BACKEND);
      Cancellable first = start(own, "SELECT pg_sleep(600)");
      Cancellable waiting = start(own, "SELECT pg_sleep(600)");
      awaitSleeping();
      first.cancel();
      waiting.cancel();
      assertThat(read(own, BACKEND)).isEqualTo(backend);
    } finally {
      own.close().await().atMost(LIMIT);
    }
  }

  @Test
  void aCancelThatDidNotEndItsQueryMeetsNoOther() {
    Pool own = single();
    try {
      String backend = read(own, BACKEND);
      Cancellable unmoved =
          start(
              own,
              """
              DO $$ BEGIN
                PERFORM pg_sleep(600);
              EXCEPTION WHEN query_canceled THEN
                NULL;
              END $$
              """);
      awaitSleeping();
      unmoved.cancel();
      assertThat(read(own, BACKEND)).isNotEqualTo(backend);
    } finally {
      own.close().await().atMost(LIMIT);
    }
  }

  private Pool single() {
    Duration longer = LIMIT.multipliedBy(20);
    return pools.another(
        vertx, "single", 1, new Bounds(longer, longer, longer.multipliedBy(2), longer));
  }

  private static Cancellable start(Pool pool, String sql) {
    return CancellableQuery.execute(pool, sql, Tuple.tuple())
        .subscribe()
        .with(rows -> {}, failure -> {});
  }

  private void awaitSleeping() {
    Eventually.isTrue("the query is running", () -> !"0".equals(read(pool, SLEEPING)));
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
    return read(pool, "SHOW " + setting);
  }

  private static String read(Pool pool, String sql) {
    return pool.query(sql)
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
