package io.impresario.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signed statement by which the gateway tells a service who is calling: {@code
 * base64url(JSON).base64url(HMAC-SHA256)}, valid for a minute. The same secret is configured in
 * every service; clients never see a token.
 */
public final class IdentityToken {
  /** The request header that carries it. */
  public static final String HEADER = "x-impresario-identity";

  /** Long enough for a slow upload to begin and for clocks that differ by seconds. */
  public static final Duration VALIDITY = Duration.ofSeconds(60);

  private static final int MIN_SECRET_CHARACTERS = 32;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;
  private final Clock clock;

  /**
   * @throws IllegalArgumentException when the secret has fewer than 32 characters
   */
  public IdentityToken(String secret, Clock clock) {
    if (secret.length() < MIN_SECRET_CHARACTERS) {
      throw new IllegalArgumentException(
          "impresario.identity.secret must have at least 32 characters");
    }
    this.key = new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256");
    this.clock = clock;
  }

  public String make(Caller caller) {
    ObjectNode claims = JSON.createObjectNode();
    claims.put("tenant_id", caller.tenantId().toString());
    claims.put("key_id", caller.keyId().toString());
    new TreeSet<>(caller.scopes()).forEach(claims.putArray("scopes")::add);
    claims.put("exp", clock.instant().plus(VALIDITY).getEpochSecond());
    String payload = ENCODER.encodeToString(claims.toString().getBytes(UTF_8));
    return payload + "." + ENCODER.encodeToString(sign(payload));
  }

  /** Empty when the token is not one of ours or has expired. */
  public Optional<Caller> verify(String token) {
    int dot = token.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    try {
      String payload = token.substring(0, dot);
      byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      if (!MessageDigest.isEqual(signature, sign(payload))) {
        return Optional.empty();
      }
      return read(JSON.readTree(Base64.getUrlDecoder().decode(payload)));
    } catch (IllegalArgumentException | IOException damaged) {
      return Optional.empty();
    }
  }

  private Optional<Caller> read(JsonNode claims) {
    if (claims.path("exp").asLong() < clock.instant().getEpochSecond()) {
      return Optional.empty();
    }
    Set<String> scopes = new TreeSet<>();
    claims.path("scopes").forEach(scope -> scopes.add(scope.asText()));
    return Optional.of(
        new Caller(
            UUID.fromString(claims.path("tenant_id").asText()),
            UUID.fromString(claims.path("key_id").asText()),
            scopes));
  }

  private byte[] sign(String payload) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(payload.getBytes(UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has HmacSHA256", missing);
    }
  }
}
