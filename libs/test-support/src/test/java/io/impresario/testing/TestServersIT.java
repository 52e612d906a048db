package io.impresario.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestServersIT {
  @Test
  void bothServersComeBackWithTheirDataOnTheSamePorts() throws Exception {
    TestServers servers = TestServers.get();
    try (Connection job = servers.connect("job");
        Statement statement = job.createStatement()) {
      statement.execute("CREATE TABLE survives (id int)");
    }
    try (KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      kafka.send("survives", "k", "v".getBytes(StandardCharsets.UTF_8), Map.of("ce_id", "1"));
      servers.killPostgres();
      servers.killKafka();
      servers.startPostgres();
      servers.startKafka();

      assertThat(kafka.all("survives", KafkaTestClient.withKey("k")))
          .singleElement()
          .satisfies(record -> assertThat(KafkaTestClient.header(record, "ce_id")).hasValue("1"));
    }
    assertThat(TestServers.get().kafkaPort()).isEqualTo(servers.kafkaPort());
    try (Connection job = servers.connect("job");
        Statement statement = job.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM survives")) {
      assertThat(rows.next()).isTrue();
    }
    assertThat(servers.datasource("log"))
        .containsEntry("quarkus.datasource.username", "impresario_log");
  }

  @Test
  void aProxyCutsRefusesAndSilences() throws Exception {
    try (WebhookReceiver receiver = WebhookReceiver.start();
        FaultyTcpProxy proxy = FaultyTcpProxy.before(receiver.port())) {
      assertThat(status(proxy.port())).isEqualTo(200);
      receiver.answer(WebhookReceiver.Answer.status(503).with("retry-after", "7"));
      assertThat(status(proxy.port())).isEqualTo(503);
      proxy.mode(FaultyTcpProxy.Mode.REFUSE);
      assertThat(status(proxy.port())).isEqualTo(-1);
      proxy.mode(FaultyTcpProxy.Mode.SILENCE);
      assertThat(status(proxy.port())).isEqualTo(-1);
      proxy.mode(FaultyTcpProxy.Mode.PASS);
      assertThat(status(proxy.port())).isEqualTo(200);
      assertThat(receiver.await("/hook", 3, Eventually.LIMIT)).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  /** The status of a request at the port, -1 when there is no answer within a second. */
  private static int status(int port) throws InterruptedException {
    java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
    java.net.http.HttpRequest request =
        java.net.http.HttpRequest.newBuilder(
                java.net.URI.create("http://127.0.0.1:" + port + "/hook"))
            .timeout(Duration.ofSeconds(1))
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    try {
      return client
          .send(request, java.net.http.HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (java.io.IOException unanswered) {
      return -1;
    }
  }
}
