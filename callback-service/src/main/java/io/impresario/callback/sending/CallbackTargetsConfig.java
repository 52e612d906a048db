package io.impresario.callback.sending;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Which addresses may be called although they are not public. */
@ConfigMapping(prefix = "impresario.callback-targets")
public interface CallbackTargetsConfig {

  /** CIDR blocks such as {@code 10.1.0.0/16}; none by default. */
  Optional<List<String>> allowedNetworks();
}
