package io.impresario.job.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ProxiedPostgres;
import io.impresario.testing.ServersResource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replies of the database that never come, and a pool that has nothing left. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
@QuarkusTestResource(
    value = ProxiedPostgres.class,
    restrictToAnnotatedClass = true,
    initArgs = {
      @ResourceArg(name = "quarkus.datasource.reactive.max-size", value = "6"),
      @ResourceArg(name = "impresario.sql.statement-timeout", value = "2s"),
      @ResourceArg(name = "impresario.sql.transaction-idle-timeout", value = "2s"),
      @ResourceArg(name = "impresario.sql.silence-limit", value = "3s"),
      @ResourceArg(name = "impresario.sql.acquire-timeout", value = "3s")
    })
class SilentDatabaseIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Duties that ask the database in every round. */
  private static final List<String> ASKING =
      List.of("dispatcher", "lease-renewer", "deadline-watchdog", "outbox-relay");

  private static final List<String> ALL =
      Stream.concat(
              ASKING.stream(), Stream.of("lease-reaper", "run-watch", "change-poll", "builder"))
          .toList();

  private final JobApi api = new JobApi();

  @Inject MeterRegistry metrics;
  @Inject Pool pool;
  @Inject LeaseRenewer renewer;
  @InjectServers FaultyTcpProxy proxy;

  @AfterEach
  void heal() {
    proxy.mode(Mode.PASS);
  }

  @Test
  void dutiesAndCallsGetOverASilentDatabase() {
    api.ended(api.createWorkflow("echo"));
    proxy.mode(Mode.SILENCE);
    assertThat(api.call("list", "{}").statusCode()).isIn(503, 504);
    Map<String, Double> failures = rounds(ASKING, false);
    Eventually.isTrue(
        LIMIT,
        "rounds that ask the database fail",
        () ->
            ASKING.stream()
                .allMatch(duty -> count(duty, false) > failures.getOrDefault(duty, 0.0)));

    proxy.mode(Mode.PASS);
    UUID[] next = new UUID[1];
    Eventually.passes(LIMIT, () -> next[0] = api.createWorkflow("echo"));
    assertThat(api.ended(next[0]).getString("json.status")).isEqualTo("completed");
    Map<String, Double> successes = rounds(ALL, true);
    Eventually.isTrue(
        LIMIT,
        "all duties work again",
        () -> ALL.stream().allMatch(duty -> count(duty, true) > successes.getOrDefault(duty, 0.0)));
  }

  @Test
  void aPoolThatIsUsedUpLosesNoLease() {
    List<SqlConnection> all =
        Uni.join()
            .all(Stream.generate(pool::getConnection).limit(6).toList())
            .andFailFast()
            .await()
            .atMost(LIMIT);
    try {
      renewer.renew().await().atMost(LIMIT);
      assertThat(renewer.fresh()).isTrue();
    } finally {
      all.forEach(connection -> connection.close().await().atMost(LIMIT));
    }
  }

  private Map<String, Double> rounds(List<String> duties, boolean succeeded) {
    Map<String, Double> counts = new HashMap<>();
    duties.forEach(duty -> counts.put(duty, count(duty, succeeded)));
    return counts;
  }

  private double count(String duty, boolean succeeded) {
    return metrics.find("impresario.duty.rounds").tag("duty", duty).counters().stream()
        .filter(one -> "succeeded".equals(one.getId().getTag("outcome")) == succeeded)
        .mapToDouble(Counter::count)
        .sum();
  }
}
