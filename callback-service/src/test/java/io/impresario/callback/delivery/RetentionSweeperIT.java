package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.WebhookApi;
import io.impresario.duty.Round;
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
import java.time.Duration;
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
        round = sweeper.sweep().await().atMost(Duration.ofSeconds(20));
      }
      assertThat(api.deliveries(old)).isEmpty();
      assertThat(api.deliveries(recent)).hasSize(1);
    }
  }
}
