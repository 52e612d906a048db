package io.impresario.callback.signing;

import io.impresario.sealing.Secret;
import java.util.List;

/**
 * The secrets that sign one delivery.
 *
 * @param current the target's secret
 * @param previous the secrets before it whose grace time lasts, the latest first
 */
public record SigningKeys(Secret current, List<Secret> previous) {

  public static SigningKeys of(Secret only) {
    return new SigningKeys(only, List.of());
  }
}
