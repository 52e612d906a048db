package io.impresario.callback.endpoint;

import io.impresario.rpc.RpcException;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.UUID;

/** The stored endpoints, always read by tenant. */
@ApplicationScoped
class WebhookEndpoints implements PanacheRepositoryBase<WebhookEndpoint, UUID> {

  Uni<List<WebhookEndpoint>> of(UUID tenantId) {
    return list("tenantId = ?1 order by createdAt desc, id desc", tenantId);
  }

  Uni<Long> countOf(UUID tenantId) {
    return count("tenantId", tenantId);
  }

  /** Fails with 404 for an id that is not this tenant's. */
  Uni<WebhookEndpoint> find(UUID tenantId, UUID id) {
    return find("tenantId = ?1 and id = ?2", tenantId, id)
        .firstResult()
        .onItem()
        .ifNull()
        .failWith(WebhookEndpoints::unknown);
  }

  /** The same, locked until the transaction ends, so that two changes do not undo each other. */
  Uni<WebhookEndpoint> findForChange(UUID tenantId, UUID id) {
    return find("tenantId = ?1 and id = ?2", tenantId, id)
        .withLock(LockModeType.PESSIMISTIC_WRITE)
        .firstResult()
        .onItem()
        .ifNull()
        .failWith(WebhookEndpoints::unknown);
  }

  Uni<Void> remove(UUID tenantId, UUID id) {
    return delete("tenantId = ?1 and id = ?2", tenantId, id)
        .onItem()
        .invoke(
            deleted -> {
              if (deleted == 0) {
                throw unknown();
              }
            })
        .replaceWithVoid();
  }

  static RpcException unknown() {
    return RpcException.notFound("Webhook endpoint not found");
  }
}
