package io.impresario.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs the {@code x-impresario-identity} header as the gateway does, written apart from it so that
 * a change of the format on one side is seen: base64url(JSON) "." base64url(HMAC-SHA256 of that
 * text).
 */
public final class TestIdentity {
  public static final String HEADER = "x-impresario-identity";

  private TestIdentity() {}

  /** A caller of the tenant with every scope, valid for a minute from now. */
  public static String of(UUID tenant) {
    return of(tenant, List.of("read", "write", "admin"));
  }

  public static String of(UUID tenant, List<String> scopes) {
    Instant expiry = Clock.systemUTC().instant().plus(Duration.ofMinutes(1));
    UUID key = UUID.nameUUIDFromBytes(tenant.toString().getBytes(StandardCharsets.US_ASCII));
    return sign(tenant, key, scopes, expiry, TestServers.IDENTITY_SECRET);
  }

  public static String sign(
      UUID tenant, UUID key, List<String> scopes, Instant expiry, String secret) {
    String list = scopes.stream().map(s -> "\"" + s + "\"").collect(Collectors.joining(","));
    String json =
        "{\"tenant_id\":\"%s\",\"key_id\":\"%s\",\"scopes\":[%s],\"exp\":%d}"
            .formatted(tenant, key, list, expiry.getEpochSecond());
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String payload = base64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    return payload + "." + base64.encodeToString(hmac(secret, payload));
  }

  private static byte[] hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
