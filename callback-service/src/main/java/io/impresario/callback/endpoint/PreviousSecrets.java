package io.impresario.callback.endpoint;

import io.impresario.rpc.Ids;
import io.impresario.rpc.RpcException;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** The secrets that sign beside the current ones, each for as long as its rotation promised. */
@ApplicationScoped
class PreviousSecrets implements PanacheRepositoryBase<PreviousSecret, UUID> {

  /** Each is a signature more in the headers of every request. */
  static final int MAX = 10;

  private final Clock clock;

  PreviousSecrets(Clock clock) {
    this.clock = clock;
  }

  /** Lets the endpoint's current secret sign until then; to be called with the endpoint locked. */
  Uni<Void> keep(WebhookEndpoint endpoint, Instant until) {
    PreviousSecret secret = new PreviousSecret();
    secret.id = Ids.next(clock);
    secret.endpointId = endpoint.id;
    secret.sealed = endpoint.secretSealed;
    secret.signsUntil = until;
    return count("endpointId = ?1 and signsUntil > ?2", endpoint.id, clock.instant())
        .invoke(PreviousSecrets::requireRoom)
        .chain(() -> persist(secret))
        .replaceWithVoid();
  }

  /** From now on only the current secret signs. */
  Uni<Void> endAll(WebhookEndpoint endpoint) {
    return delete("endpointId", endpoint.id).replaceWithVoid();
  }

  private static void requireRoom(long kept) {
    if (kept >= MAX) {
      throw RpcException.conflict(
          "too_many_secrets",
          MAX + " earlier secrets still sign; wait, or end them all with grace_seconds 0");
    }
  }
}
