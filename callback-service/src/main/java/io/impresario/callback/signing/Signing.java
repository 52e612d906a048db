package io.impresario.callback.signing;

import io.impresario.sealing.Secret;
import io.impresario.targets.SigningSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the signature headers of a delivery.
 *
 * <ul>
 *   <li>{@code x-webhook-signature}: HMAC-SHA-256 of the exact body bytes under the secret's UTF-8
 *       bytes, lower-case hexadecimal. It holds one value, so receivers may compare for equality;
 *       those of earlier secrets whose grace time lasts stand in {@code
 *       x-webhook-signature-previous}, separated by a space.
 *   <li>The Standard Webhooks trio {@code webhook-id}, {@code webhook-timestamp} (seconds) and
 *       {@code webhook-signature}: {@code v1,<base64>} over {@code id.timestamp.body}, one entry
 *       for each secret that holds, separated by a space. A {@code whsec_} secret is
 *       base64-decoded; one that cannot be, from before that was checked, is its UTF-8 bytes.
 * </ul>
 */
public final class Signing {

  public static final String SIGNATURE = "x-webhook-signature";
  public static final String PREVIOUS_SIGNATURE = "x-webhook-signature-previous";
  public static final String STANDARD_ID = "webhook-id";
  public static final String STANDARD_TIMESTAMP = "webhook-timestamp";
  public static final String STANDARD_SIGNATURE = "webhook-signature";

  private static final String ALGORITHM = "HmacSHA256";

  private Signing() {}

  public static Map<String, String> headers(
      SigningKeys keys, String webhookId, Instant at, byte[] body) {
    String timestamp = Long.toString(at.getEpochSecond());
    byte[] prefix = (webhookId + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(SIGNATURE, hex(keys.current(), body));
    if (!keys.previous().isEmpty()) {
      headers.put(
          PREVIOUS_SIGNATURE, joined(keys.previous().stream().map(secret -> hex(secret, body))));
    }
    headers.put(STANDARD_ID, webhookId);
    headers.put(STANDARD_TIMESTAMP, timestamp);
    headers.put(
        STANDARD_SIGNATURE,
        joined(
            Stream.concat(Stream.of(keys.current()), keys.previous().stream())
                .map(secret -> standard(secret, prefix, body))));
    return headers;
  }

  private static String joined(Stream<String> signatures) {
    return signatures.collect(Collectors.joining(" "));
  }

  private static String hex(Secret secret, byte[] body) {
    Mac mac = mac(secret.value().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(mac.doFinal(body));
  }

  private static String standard(Secret secret, byte[] prefix, byte[] body) {
    Mac mac =
        mac(
            SigningSecret.key(secret.value())
                .orElseGet(() -> secret.value().getBytes(StandardCharsets.UTF_8)));
    mac.update(prefix);
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
