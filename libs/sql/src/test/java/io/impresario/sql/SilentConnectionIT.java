package io.impresario.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.TestServers;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections of a pool with short limits, through a proxy that can swallow what is sent. */
class SilentConnectionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Bounds BOUNDS =
      new Bounds(Duration.ofMillis(500), Duration.ofMillis(700), Duration.ofMillis(1000), LIMIT);

  private final TestServers servers = TestServers.get();
  private Vertx vertx;
  private FaultyTcpProxy proxy;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    proxy = FaultyTcpProxy.before(servers.postgresPort());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    proxy.close();
  }

  @Test
  void theServerEndsAStatementThatTakesTooLong() {
    Pool pool = pool(1, BOUNDS);
    Throwable failure = catchThrowable(() -> run(pool, "SELECT pg_sleep(60)"));
    assertThat(SqlFault.sqlState(failure)).contains("57014");
    assertThat(SqlFault.of(failure)).isEqualTo(SqlFault.TRANSIENT);
  }

  @Test
  void theServerEndsATransactionWhoseClientPauses() {
    Pool pool = pool(1, BOUNDS);
    Throwable failure =
        catchThrowable(
            () ->
                pool.withTransaction(
                        tx ->
                            tx.query("SELECT 1")
                                .execute()
                                .onItem()
                                .delayIt()
                                .by(Duration.ofSeconds(2))
                                .chain(() -> tx.query("SELECT 2").execute()))
                    .await()
                    .atMost(LIMIT));
    assertThat(SqlFault.of(failure)).isEqualTo(SqlFault.TRANSIENT);
    assertThat(run(pool, "SELECT 3")).isEqualTo(3);
  }

  @Test
  void aQueryOnASilentConnectionFailsAndThePoolRecovers() {
    Pool pool = pool(1, BOUNDS);
    int before = run(pool, "SELECT pg_backend_pid()");
    proxy.mode(Mode.SILENCE);
    Throwable failure = catchThrowable(() -> run(pool, "SELECT 1"));
    assertThat(SqlFault.of(failure)).isEqualTo(SqlFault.TRANSIENT);
    proxy.mode(Mode.PASS);
    Eventually.passes(
        LIMIT, () -> assertThat(run(pool, "SELECT pg_backend_pid()")).isNotEqualTo(before));
  }

  @Test
  void aConnectionThatIsBeingMadeInTheSilenceIsGivenUpToo() {
    Pool pool = pool(1, BOUNDS);
    proxy.mode(Mode.SILENCE);
    Throwable failure = catchThrowable(() -> run(pool, "SELECT 1"));
    assertThat(SqlFault.of(failure)).isEqualTo(SqlFault.TRANSIENT);
    proxy.mode(Mode.PASS);
    Eventually.passes(LIMIT, () -> assertThat(run(pool, "SELECT 1")).isEqualTo(1));
  }

  @Test
  void aTransactionThatFellSilentIsNotHandedToTheNextUser() {
    Pool pool = pool(1, BOUNDS);
    run(pool, "DROP TABLE IF EXISTS silent");
    run(pool, "CREATE TABLE silent (id integer)");
    Throwable failure =
        catchThrowable(
            () ->
                pool.withTransaction(
                        tx ->
                            tx.query("INSERT INTO silent VALUES (1)")
                                .execute()
                                .invoke(() -> proxy.mode(Mode.SILENCE))
                                .chain(() -> tx.query("SELECT 1").execute()))
                    .await()
                    .atMost(LIMIT));
    assertThat(failure).isNotNull();
    proxy.mode(Mode.PASS);
    Eventually.passes(
        LIMIT, () -> assertThat(run(pool, "SELECT count(*)::integer FROM silent")).isZero());
    assertThat(run(pool, "SELECT (pg_current_xact_id_if_assigned() IS NULL)::integer")).isOne();
  }

  /** {@code ifNoItem} gives up waiting, not the work: the next user waits until that has ended. */
  @Test
  void aTransactionThatItsCallerGaveUpIsNotHandedToTheNextUser() {
    Pool pool = pool(1, BOUNDS);
    run(pool, "DROP TABLE IF EXISTS given_up");
    run(pool, "CREATE TABLE given_up (id integer)");
    Throwable failure =
        catchThrowable(
            () ->
                pool.withTransaction(
                        tx ->
                            tx.query("INSERT INTO given_up VALUES (1)")
                                .execute()
                                .chain(() -> tx.query("SELECT pg_sleep(0.4)").execute()))
                    .ifNoItem()
                    .after(Duration.ofMillis(50))
                    .fail()
                    .await()
                    .atMost(LIMIT));
    assertThat(failure).isInstanceOf(io.smallrye.mutiny.TimeoutException.class);
    assertThat(run(pool, "SELECT (pg_current_xact_id_if_assigned() IS NULL)::integer")).isOne();
    assertThat(run(pool, "SELECT count(*)::integer FROM given_up")).isOne();
  }

  /** Pauses around the times at which the pool and the socket close an idle connection. */
  @Test
  void idleConnectionsAreRetiredWithoutAnErrorToAnyone() {
    Pool pool = pool(3, BOUNDS);
    Random random = new Random(4242);
    Set<Integer> backends = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      List<Uni<Integer>> three = List.of(pid(pool), pid(pool), pid(pool));
      backends.addAll(Uni.join().all(three).andFailFast().await().atMost(LIMIT));
      pause(Duration.ofMillis(600 + random.nextInt(500)));
    }
    assertThat(backends).as("connections were retired and made again").hasSizeGreaterThan(6);
  }

  private static void pause(Duration idle) {
    Uni.createFrom().voidItem().onItem().delayIt().by(idle).await().atMost(LIMIT);
  }

  private static Uni<Integer> pid(Pool pool) {
    return pool.query("SELECT pg_backend_pid()")
        .execute()
        .map(rows -> rows.iterator().next().getInteger(0));
  }

  private static int run(Pool pool, String sql) {
    return pool.query(sql)
        .execute()
        .map(rows -> rows.size() == 0 ? 0 : rows.iterator().next().getInteger(0))
        .await()
        .atMost(LIMIT);
  }

  private Pool pool(int connections, Bounds bounds) {
    Map<String, String> login = servers.datasource("job");
    PgConnectOptions options =
        PgConnectOptions.fromUri(login.get("quarkus.datasource.reactive.url"))
            .setPort(proxy.port())
            .setUser(login.get("quarkus.datasource.username"))
            .setPassword(login.get("quarkus.datasource.password"));
    return Pool.newInstance(
        BoundedPools.open(
            vertx, List.of(options), new PoolOptions().setMaxSize(connections), bounds));
  }
}
