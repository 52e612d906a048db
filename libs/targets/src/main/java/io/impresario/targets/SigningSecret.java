package io.impresario.targets;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The rule about the secrets that sign callbacks: one that begins with {@code whsec_} is a Standard
 * Webhooks secret, whose key is the base64 after the prefix; of any other the UTF-8 bytes are the
 * key.
 */
public final class SigningSecret {

  /** What is wrong with a secret that cannot be used. */
  public static final String UNUSABLE = "A whsec_ secret must hold base64 after its prefix";

  private static final String STANDARD_PREFIX = "whsec_";

  private SigningSecret() {}

  public static boolean isUsable(String secret) {
    return key(secret).isPresent();
  }

  /** The key of a Standard Webhooks signature; empty when the secret cannot be used. */
  public static Optional<byte[]> key(String secret) {
    if (!secret.startsWith(STANDARD_PREFIX)) {
      return Optional.of(secret.getBytes(StandardCharsets.UTF_8));
    }
    try {
      byte[] key = Base64.getDecoder().decode(secret.substring(STANDARD_PREFIX.length()));
      return Optional.of(key).filter(bytes -> bytes.length > 0);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
