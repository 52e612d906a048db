package io.impresario.callback.signing;

import io.impresario.sealing.Secret;
import java.util.Optional;

/**
 * The secrets that sign one delivery.
 *
 * @param current the target's secret
 * @param previous the secret before a rotation, while its grace time lasts
 */
public record SigningKeys(Secret current, Optional<Secret> previous) {

  public static SigningKeys of(Secret only) {
    return new SigningKeys(only, Optional.empty());
  }
}
