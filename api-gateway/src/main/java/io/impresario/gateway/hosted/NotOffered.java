package io.impresario.gateway.hosted;

import io.impresario.rpc.RpcException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The routes of the hosted service that an installation of one's own does not have. */
public final class NotOffered {
  private static final Map<String, String> BY_PREFIX = new LinkedHashMap<>();

  static {
    BY_PREFIX.put("/v1/billing/", "Billing is");
    BY_PREFIX.put("/v1/catalogue", "The catalogue of workflows is");
    BY_PREFIX.put("/v1/workflows/share", "Sharing of workflows is");
    BY_PREFIX.put("/v1/workflows/unshare", "Sharing of workflows is");
    BY_PREFIX.put("/v1/sessions", "Browser sessions outside jobs are");
    BY_PREFIX.put("/v1/smsNumbers/", "Phone numbers are");
    BY_PREFIX.put("/v1/smsOtp/", "Phone numbers are");
    BY_PREFIX.put("/v1/auth/", "Sign-up and sign-in are");
    BY_PREFIX.put("/api/auth/", "Sign-up, sign-in and organizations are");
  }

  private NotOffered() {}

  /** Why there is no procedure at the path. */
  public static RpcException refusal(String path) {
    return BY_PREFIX.entrySet().stream()
        .filter(one -> path.startsWith(one.getKey()) && !path.startsWith("/api/auth/api-key/"))
        .findFirst()
        .map(one -> RpcException.notFound(one.getValue() + " not offered here", "not_offered"))
        .orElseGet(() -> RpcException.notFound("No such procedure"));
  }
}
