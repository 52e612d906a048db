package io.impresario.gateway.key;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers when each key was last used and writes it down every few seconds, in one statement. */
@ApplicationScoped
public class KeyUse {
  /** People look at it by the minute; five seconds keep the writes few. */
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final KeyStore store;
  private final Map<UUID, Instant> pending = new ConcurrentHashMap<>();

  public KeyUse(KeyStore store) {
    this.store = store;
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.create(DutySpec.of("key-use-recorder", EVERY, this::flush)).start();
  }

  public void note(UUID keyId, Instant at) {
    pending.put(keyId, at);
  }

  Uni<Round> flush() {
    Map<UUID, Instant> batch = new HashMap<>(pending);
    if (batch.isEmpty()) {
      return Uni.createFrom().item(Round.done());
    }
    return store
        .noteUse(batch)
        .invoke(() -> batch.forEach(pending::remove))
        .replaceWith(Round.done());
  }
}
