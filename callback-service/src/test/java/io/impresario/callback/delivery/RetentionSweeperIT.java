package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.WebhookApi;
import io.impresario.duty.Round;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.impresario.testing.WebhookReceiver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "clock", value = "steered"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
class RetentionSweeperIT {

  @InjectServers TestServers servers;
  @Inject MutableClock clock;
  @Inject RetentionSweeper sweeper;

  @Test
  void forgetsWhatEndedLongAgo() throws Exception {
    WebhookApi api = new WebhookApi();
    UUID old = UUID.randomUUID();
    UUID recent = UUID.randomUUID();
    try (WebhookReceiver receiver = WebhookReceiver.start();
        KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      api.endpoint(receiver.url("/hook"));
      WebhookApi.emit(kafka, api.completed(old));
      api.delivery(old, "delivered");
      clock.advance(Duration.ofDays(31));
      WebhookApi.emit(kafka, api.completed(recent));
      api.delivery(recent, "delivered");

      Round round = Round.moreIf(true);
      while (round.equals(Round.moreIf(true))) {
        round = sweeper.sweep().await().atMost(Eventually.LIMIT);
      }
      assertThat(api.deliveries(old)).isEmpty();
      assertThat(api.deliveries(recent)).hasSize(1);
    }
  }

  @Test
  void forgetsSecretsWhoseGraceTimeIsOver() throws Exception {
    WebhookApi api = new WebhookApi();
    String over = api.endpoint("https://hooks.example.com/over");
    String lasts = api.endpoint("https://hooks.example.com/lasts");
    api.ok("rotateSecret", Map.of("id", over, "signing_secret", "new", "grace_seconds", 60));
    api.ok("rotateSecret", Map.of("id", lasts, "signing_secret", "new", "grace_seconds", 600));
    clock.advance(Duration.ofSeconds(61));
    sweeper.sweep().await().atMost(Eventually.LIMIT);

    try (Connection connection = servers.connect("callback");
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT endpoint_id FROM previous_secret WHERE endpoint_id IN"
                    + " (SELECT id FROM webhook_endpoint WHERE tenant_id = ?)")) {
      query.setObject(1, api.tenant());
      try (ResultSet rows = query.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo(lasts);
        assertThat(rows.next()).isFalse();
      }
    }
  }

  /** Each batch read the whole history. */
  @Test
  void readsNoMoreOfTheHistoryThanItDeletes() throws Exception {
    try (Connection connection = servers.connect("callback");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          """
          WITH old AS (
            INSERT INTO callback_body
            SELECT gen_random_uuid(), '{}'::bytea, now() - interval '60 days'
              FROM generate_series(1, 20000)
            RETURNING id
          )
          INSERT INTO delivery (id, tenant_id, job_id, endpoint_id, url, event, body_id, lane,
                                large, state, created_at)
          SELECT gen_random_uuid(), id, id, id, 'http://127.0.0.1:9/', 'job.completed', id, 'lane',
                 false, 'delivered', now()
            FROM old
          """);
      statement.execute("ANALYZE callback_body, delivery");
      statement.execute("PREPARE old (float8, bigint) AS " + RetentionSweeper.OLD_EVENTS);
      StringBuilder plan = new StringBuilder();
      try (ResultSet lines = statement.executeQuery("EXPLAIN EXECUTE old (2592000, 200)")) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
      connection.rollback();

      assertThat(plan).contains("callback_body_created").doesNotContain("Seq Scan");
    }
  }
}
