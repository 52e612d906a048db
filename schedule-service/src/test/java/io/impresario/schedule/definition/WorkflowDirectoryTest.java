package io.impresario.schedule.definition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.rpc.Caller;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.testing.Eventually;
import io.impresario.testing.TestServers;
import io.impresario.testing.WebhookReceiver;
import io.impresario.testing.WebhookReceiver.Answer;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkflowDirectoryTest {
  private static final Duration LIMIT = Eventually.LIMIT;
  private static final Caller CALLER =
      new Caller(UUID.randomUUID(), UUID.randomUUID(), Set.of("read", "write"));

  private final Vertx vertx = Vertx.vertx();

  @SuppressWarnings("NullAway.Init") // started before each test
  private WebhookReceiver jobService;

  @BeforeEach
  void start() throws IOException {
    jobService = WebhookReceiver.start();
  }

  @AfterEach
  void stop() {
    jobService.close();
    vertx.close().await().atMost(LIMIT);
  }

  @Test
  void asksInTheNameOfTheCaller() {
    check(Optional.of(URI.create(jobService.url(""))), Duration.ofSeconds(10));

    WebhookReceiver.Received asked = jobService.received("/v1/workflows/get").get(0);
    assertThat(asked.text()).isEqualTo("{\"json\":{\"workflow\":\"invoices\"}}");
    IdentityToken identity = new IdentityToken(TestServers.IDENTITY_SECRET, Clock.systemUTC());
    assertThat(identity.verify(asked.header(IdentityToken.HEADER).orElseThrow())).contains(CALLER);
    assertThat(asked.header("x-request-id")).contains("request-1");
  }

  @Test
  void refusesOnlyWhatJobServiceDoesNotKnow() {
    jobService.answer(Answer.status(404));

    assertThatThrownBy(
            () -> check(Optional.of(URI.create(jobService.url(""))), Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            RpcException.class, error -> assertThat(error.status()).isEqualTo(404));
  }

  @Test
  void refusesALocationOnlyWhenJobServiceHasNoProxy() {
    URI running = URI.create(jobService.url(""));
    jobService.answer(
        proxies("{\"json\":{\"locations\":true}}"),
        Answer.status(404),
        proxies("?"),
        Answer.status(503));
    for (int i = 0; i < 4; i++) {
      checkLocation(running);
    }
    jobService.answer(proxies("{\"json\":{\"locations\":false}}"));
    assertThatThrownBy(() -> checkLocation(running))
        .isInstanceOfSatisfying(
            RpcException.class,
            error -> {
              assertThat(error.status()).isEqualTo(409);
              assertThat(error.data()).containsEntry("reason", "proxy_unavailable");
            });
  }

  private static Answer proxies(String body) {
    return new Answer(200, Duration.ZERO, Map.of(), body);
  }

  @Test
  void acceptsWhenNobodyCanTell() {
    URI running = URI.create(jobService.url(""));
    jobService.answer(Answer.status(503), Answer.status(200).after(Duration.ofSeconds(2)));

    check(Optional.empty(), Duration.ofSeconds(10));
    check(Optional.of(running), Duration.ofSeconds(10));
    check(Optional.of(running), Duration.ofMillis(100));
    jobService.close();
    check(Optional.of(running), Duration.ofSeconds(10));
  }

  @Test
  void asksTheNextReplicaWhenOneIsDown() throws IOException {
    URI down;
    try (WebhookReceiver gone = WebhookReceiver.start()) {
      down = URI.create(gone.url(""));
    }
    jobService.answer(Answer.status(404));

    assertThatThrownBy(
            () -> check(List.of(down, URI.create(jobService.url(""))), Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            RpcException.class, error -> assertThat(error.status()).isEqualTo(404));
  }

  private void check(Optional<URI> url, Duration timeout) {
    check(url.stream().toList(), timeout);
  }

  private void check(List<URI> urls, Duration timeout) {
    directory(urls, timeout).check(request(), "invoices").await().atMost(LIMIT);
  }

  private void checkLocation(URI url) {
    directory(List.of(url), Duration.ofSeconds(10)).checkLocation(request()).await().atMost(LIMIT);
  }

  private static RpcRequest request() {
    return new RpcRequest(CALLER, "request-1", null, Input.ofPlainBody("{}".getBytes(UTF_8)));
  }

  private WorkflowDirectory directory(List<URI> urls, Duration timeout) {
    WorkflowDirectory.Config config =
        new WorkflowDirectory.Config() {
          @Override
          public Optional<List<URI>> jobServiceUrl() {
            return Optional.of(urls).filter(all -> !all.isEmpty());
          }

          @Override
          public Duration timeout() {
            return timeout;
          }
        };
    return new WorkflowDirectory(
        config, () -> TestServers.IDENTITY_SECRET, Clock.systemUTC(), vertx);
  }
}
