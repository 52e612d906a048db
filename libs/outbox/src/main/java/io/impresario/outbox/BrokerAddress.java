package io.impresario.outbox;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ClientDnsLookup;
import org.apache.kafka.clients.ClientUtils;

/**
 * Whether a name of {@code bootstrap.servers} resolves: no client of Kafka can be made before. The
 * JVM remembers an address for longer than it takes from here to the client.
 */
@ApplicationScoped
public class BrokerAddress {
  private final List<String> servers;

  BrokerAddress(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.servers = List.of(String.valueOf(kafka.get("bootstrap.servers")).split(","));
  }

  /** Fails with a {@code ConfigException} when none does. Looks up in the way of kafka-clients. */
  public Uni<Void> resolves() {
    return Uni.createFrom()
        .item(() -> ClientUtils.parseAndValidateAddresses(servers, ClientDnsLookup.USE_ALL_DNS_IPS))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .replaceWithVoid();
  }
}
