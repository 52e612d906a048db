package io.impresario.gateway.key;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Remembers when each key was last used and writes it down every few seconds, in one statement. */
@ApplicationScoped
public class KeyUse {
  private static final Logger LOG = Logger.getLogger(KeyUse.class);

  private final KeyStore store;
  private final Map<UUID, Instant> pending = new ConcurrentHashMap<>();

  @Inject
  public KeyUse(KeyStore store) {
    this.store = store;
  }

  public void note(UUID keyId, Instant at) {
    pending.put(keyId, at);
  }

  /** People look at it by the minute; five seconds keep the writes few. */
  @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> flush() {
    Map<UUID, Instant> batch = new HashMap<>(pending);
    if (batch.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return store
        .noteUse(batch)
        .invoke(() -> batch.forEach(pending::remove))
        .onFailure()
        .invoke(
            failure -> LOG.warnf("key_use.unwritten keys=%d reason=\"%s\"", batch.size(), failure))
        .onFailure()
        .recoverWithNull();
  }
}
