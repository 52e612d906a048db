package io.impresario.outbox;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** Tells whether Kafka answers; asked only when the relay has had no success for minutes. */
@ApplicationScoped
class BrokerProbe {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Map<String, Object> kafka;
  private final Vertx vertx;

  BrokerProbe(@Identifier("default-kafka-broker") Map<String, Object> kafka, Vertx vertx) {
    this.kafka = kafka;
    this.vertx = vertx;
  }

  /** Ends within seconds, and never fails. */
  Uni<Boolean> answers() {
    return Uni.createFrom()
        .completionStage(() -> vertx.executeBlocking(this::ask, false).toCompletionStage())
        .onFailure()
        .recoverWithItem(false);
  }

  private boolean ask() throws Exception {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("request.timeout.ms", (int) LIMIT.toMillis());
    settings.put("default.api.timeout.ms", (int) LIMIT.toMillis());
    try (Admin admin = Admin.create(settings)) {
      return !admin.describeCluster().nodes().get(LIMIT.toSeconds(), TimeUnit.SECONDS).isEmpty();
    }
  }
}
