package io.impresario.rpc;

import java.util.Set;
import java.util.UUID;

/**
 * Who is calling, as the gateway has established it. Everything that a request reads or writes
 * belongs to {@code tenantId}.
 */
public record Caller(UUID tenantId, UUID keyId, Set<String> scopes) {
  /** No key of a tenant can have this scope. */
  public static final String OPERATOR_SCOPE = "operator";

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** The operator, who belongs to no tenant: both ids are nil. */
  public static Caller operator() {
    UUID nil = new UUID(0, 0);
    return new Caller(nil, nil, Set.of(OPERATOR_SCOPE));
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
