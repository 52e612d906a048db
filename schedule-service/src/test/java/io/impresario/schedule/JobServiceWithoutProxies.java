package io.impresario.schedule;

import io.impresario.testing.WebhookReceiver;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job-service that knows every workflow and has no proxy for locations. */
public final class JobServiceWithoutProxies implements QuarkusTestResourceLifecycleManager {
  private @Nullable WebhookReceiver server;

  @Override
  public Map<String, String> start() {
    WebhookReceiver started = open();
    server = started;
    started.always(
        new WebhookReceiver.Answer(
            200,
            Duration.ZERO,
            Map.of("content-type", "application/json"),
            "{\"json\":{\"locations\":false}}"));
    return Map.of("impresario.schedule.workflow-check.job-service-url", started.url(""));
  }

  private static WebhookReceiver open() {
    try {
      return WebhookReceiver.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
