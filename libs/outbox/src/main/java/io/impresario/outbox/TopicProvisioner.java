package io.impresario.outbox;

import io.impresario.events.EventType;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.jboss.logging.Logger;

/**
 * Makes the topics that are missing, with their dead-letter topics, as soon as the broker can be
 * reached; tries again until it is. Existing topics are left as the operator made them.
 */
@ApplicationScoped
class TopicProvisioner {
  private static final Logger LOG = Logger.getLogger(TopicProvisioner.class);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** A result of 10 MiB and its JSON around it. */
  static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  private final Map<String, Object> kafka;
  private final TopicsConfig topics;
  private final Vertx vertx;
  private volatile boolean stopped;

  TopicProvisioner(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      TopicsConfig topics,
      Vertx vertx) {
    this.kafka = kafka;
    this.topics = topics;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    provisionInBackground();
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
  }

  private void provisionInBackground() {
    vertx
        .executeBlocking(this::provision, false)
        .onSuccess(made -> LOG.infof("topics.ready made=%s", made))
        .onFailure(
            failure -> {
              LOG.debugf("topics.waiting reason=\"%s\"", failure);
              if (!stopped) {
                vertx.setTimer(RETRY.toMillis(), id -> provisionInBackground());
              }
            });
  }

  private List<String> provision()
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("request.timeout.ms", (int) CALL_LIMIT.toMillis());
    settings.put("default.api.timeout.ms", (int) CALL_LIMIT.toMillis());
    try (Admin admin = Admin.create(settings)) {
      Set<String> existing =
          admin.listTopics().names().get(CALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
      List<NewTopic> missing = wanted().filter(t -> !existing.contains(t.name())).toList();
      for (var made : admin.createTopics(missing).values().entrySet()) {
        awaitUnlessItExists(made.getValue());
      }
      return missing.stream().map(NewTopic::name).toList();
    }
  }

  /** Another service may have been faster. */
  private static void awaitUnlessItExists(org.apache.kafka.common.KafkaFuture<Void> made)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      made.get(CALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof org.apache.kafka.common.errors.TopicExistsException)) {
        throw e;
      }
    }
  }

  private Stream<NewTopic> wanted() {
    return EventType.ALL.stream()
        .flatMap(type -> Stream.of(type.topic(), type.topic() + EventType.DEAD_LETTER_SUFFIX))
        .map(
            name ->
                new NewTopic(
                        topics.named(name),
                        Optional.of(topics.partitions()),
                        Optional.of(topics.replication()))
                    .configs(
                        Map.of(
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            Integer.toString(MAX_MESSAGE_BYTES))));
  }
}
