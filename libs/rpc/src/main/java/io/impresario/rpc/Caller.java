package io.impresario.rpc;

import java.util.Set;
import java.util.UUID;

/**
 * Who is calling, as the gateway has established it. Everything that a request reads or writes
 * belongs to {@code tenantId}.
 */
public record Caller(UUID tenantId, UUID keyId, Set<String> scopes) {
  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /**
   * @throws RpcException 403 when the caller's key lacks the scope
   */
  public void require(String scope) {
    if (!scopes.contains(scope)) {
      throw RpcException.forbidden(scope);
    }
  }
}
