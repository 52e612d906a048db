package io.impresario.callback.lane;

import io.impresario.targets.Target;
import io.impresario.targets.TargetCheck.Accepted;
import io.impresario.targets.TargetGuard;
import java.util.UUID;

/** Names the lane of a delivery: deliveries that share one share a target and its limits. */
public final class Lanes {

  private Lanes() {}

  public static String ofEndpoint(UUID endpointId) {
    return "endpoint:" + endpointId;
  }

  /** A job's own callbacks share a lane by tenant and server, however many paths there are. */
  public static String ofUrl(UUID tenantId, String url, TargetGuard guard) {
    return "own:"
        + tenantId
        + ":"
        + (guard.check(url) instanceof Accepted accepted ? server(accepted.target()) : "refused");
  }

  private static String server(Target target) {
    return (target.tls() ? "https:" : "http:") + target.host() + ":" + target.port();
  }
}
