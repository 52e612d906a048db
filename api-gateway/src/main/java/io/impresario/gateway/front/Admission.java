package io.impresario.gateway.front;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.key.KeyDirectory;
import io.impresario.gateway.key.KeyOwner;
import io.impresario.gateway.key.KeyUse;
import io.impresario.gateway.route.Access;
import io.impresario.gateway.route.Route;
import io.impresario.rpc.RpcException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides who a caller is and whether a route is open to it. */
@ApplicationScoped
public class Admission {
  private static final int MAX_KEY_CHARACTERS = 512;

  private final KeyDirectory keys;
  private final KeyUse use;
  private final Optional<String> adminKey;
  private final Optional<String> bootstrapKey;
  private final Clock clock;

  @Inject
  public Admission(KeyDirectory keys, KeyUse use, GatewayConfig config, Clock clock) {
    this.keys = keys;
    this.use = use;
    this.adminKey = config.adminKey().filter(key -> !key.isBlank());
    this.bootstrapKey = config.bootstrap().apiKey();
    this.clock = clock;
  }

  /**
   * The owner of the key of a request with these headers; empty for the operator. Fails with 401
   * when the key is unknown and with 403 when the key lacks the route's scope.
   */
  Uni<Optional<KeyOwner>> admit(
      Route route, @Nullable String apiKey, @Nullable String givenAdminKey) {
    if (route.access() == Access.OPERATOR) {
      return isOperator(givenAdminKey)
          ? Uni.createFrom().item(Optional.empty())
          : Uni.createFrom().failure(RpcException::unauthorized);
    }
    if (apiKey == null || !isPlausible(apiKey)) {
      return Uni.createFrom().failure(RpcException::unauthorized);
    }
    return keys.find(new ApiKey(apiKey)).map(owner -> Optional.of(scoped(route, owner)));
  }

  private KeyOwner scoped(Route route, Optional<KeyOwner> found) {
    KeyOwner owner = found.orElseThrow(RpcException::unauthorized);
    use.note(owner.keyId(), clock.instant());
    owner.caller().require(route.access().scope());
    return owner;
  }

  /** Spares the database keys that cannot exist; the configured first key may have any form. */
  private boolean isPlausible(String apiKey) {
    boolean configured = bootstrapKey.filter(apiKey::equals).isPresent();
    return configured || apiKey.length() <= MAX_KEY_CHARACTERS && !new ApiKey(apiKey).isDamaged();
  }

  private boolean isOperator(@Nullable String given) {
    return given != null
        && adminKey
            .filter(key -> MessageDigest.isEqual(key.getBytes(UTF_8), given.getBytes(UTF_8)))
            .isPresent();
  }
}
