package io.impresario.outbox.intake;

import io.impresario.outbox.BrokerAddress;
import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.PublisherDecorator;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.config.ConfigException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Begins the channels from Kafka once a name of the broker resolves. A consumer cannot be made
 * before that, and the connector tries to make it only once.
 */
@ApplicationScoped
class ConsumerStart implements PublisherDecorator {
  private static final Logger LOG = Logger.getLogger(ConsumerStart.class);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

  private final BrokerAddress broker;

  ConsumerStart(BrokerAddress broker) {
    this.broker = broker;
  }

  @Override
  public Multi<? extends Message<?>> decorate(
      Multi<? extends Message<?>> publisher, List<String> channels, boolean isConnector) {
    return isConnector ? onceResolved(publisher, String.join(",", channels)) : publisher;
  }

  private <T extends Message<?>> Multi<T> onceResolved(Multi<T> publisher, String channel) {
    AtomicBoolean waiting = new AtomicBoolean();
    return broker
        .resolves()
        .onFailure(ConfigException.class)
        .invoke(unresolved -> waits(channel, waiting, unresolved))
        .onFailure(ConfigException.class)
        .retry()
        .withBackOff(FIRST_BACKOFF, MAX_BACKOFF)
        .indefinitely()
        .invoke(() -> goesOn(channel, waiting))
        .onItem()
        .transformToMulti(resolved -> publisher)
        .onFailure()
        .invoke(failure -> LOG.errorf(failure, "consumer.ended channel=%s", channel));
  }

  private static void waits(String channel, AtomicBoolean waiting, Throwable unresolved) {
    if (waiting.compareAndSet(false, true)) {
      LOG.warnf("consumer.waiting channel=%s reason=\"%s\"", channel, unresolved.getMessage());
    }
  }

  private static void goesOn(String channel, AtomicBoolean waiting) {
    if (waiting.compareAndSet(true, false)) {
      LOG.infof("consumer.recovered channel=%s", channel);
    }
  }
}
