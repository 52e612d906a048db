package io.impresario.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.duty.Round;
import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.front.OwningServices;
import io.impresario.rpc.Ids;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class AuditSweeperIT {
  private static final Duration LIMIT = Eventually.LIMIT;

  @Inject AuditStore store;
  @Inject GatewayConfig config;
  private final UUID tenant = UUID.randomUUID();

  @Test
  void deletesOnlyWhatIsOlderThanTheRetention() {
    Clock clock = Clock.systemUTC();
    Instant limit = clock.instant().minus(config.audit().retention());
    store
        .insertAll(
            List.of(entry(limit.minusSeconds(60), "old"), entry(limit.plusSeconds(60), "young")))
        .await()
        .atMost(LIMIT);
    sweepUntilDone(clock);

    assertThat(store.page(tenant, null, 10).await().atMost(LIMIT))
        .extracting(AuditEntry::requestId)
        .containsExactly("young");
  }

  @Test
  void goesOnUntilNothingIsLeft() {
    Instant old = Instant.parse("2001-01-01T00:00:00Z");
    List<AuditEntry> many = IntStream.range(0, 12_000).mapToObj(i -> entry(old, "r" + i)).toList();
    store.insertAll(many).await().atMost(LIMIT);
    assertThat(sweepUntilDone(Clock.systemUTC())).isEqualTo(3);
    assertThat(store.page(tenant, null, 1).await().atMost(LIMIT)).isEmpty();
  }

  /** Answers how many rounds it took. */
  private int sweepUntilDone(Clock clock) {
    AuditSweeper sweeper = new AuditSweeper(store, config, clock);
    int rounds = 1;
    while (sweeper.sweep().await().atMost(LIMIT) instanceof Round.More) {
      rounds++;
    }
    return rounds;
  }

  private AuditEntry entry(Instant at, String requestId) {
    return new AuditEntry(
        Ids.next(Clock.systemUTC()), at, "key", tenant, null, "jobs/create", null, 200, requestId);
  }
}
