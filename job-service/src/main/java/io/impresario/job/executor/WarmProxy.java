package io.impresario.job.executor;

import java.util.Optional;

/** Which proxy browsers in waiting are started with: that of a job which asks for none. */
public interface WarmProxy {
  Optional<ProxyServer> proxy();
}
