package io.impresario.gateway.front;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.key.KeyDirectory;
import io.impresario.gateway.key.KeyOwner;
import io.impresario.gateway.key.KeyUse;
import io.impresario.gateway.limit.StrangerLimits;
import io.impresario.gateway.route.Access;
import io.impresario.gateway.route.Route;
import io.impresario.rpc.RpcException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
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
  private static final String BEARER = "Bearer ";

  private final KeyDirectory keys;
  private final KeyUse use;
  private final StrangerLimits strangers;
  private final ClientAddresses addresses;
  private final Optional<String> adminKey;
  private final Optional<String> bootstrapKey;
  private final Clock clock;

  @Inject
  Admission(
      KeyDirectory keys,
      KeyUse use,
      StrangerLimits strangers,
      ClientAddresses addresses,
      GatewayConfig config,
      Clock clock) {
    this.keys = keys;
    this.use = use;
    this.strangers = strangers;
    this.addresses = addresses;
    this.adminKey = config.adminKey().filter(key -> !key.isBlank());
    this.bootstrapKey = config.bootstrap().apiKey();
    this.clock = clock;
  }

  /**
   * The owner of the key of a request; empty for the operator. Fails with 401 when the key is
   * unknown, with 403 when it lacks the route's scope and with 429 when too many unknown ones came
   * from the address.
   */
  Uni<Optional<KeyOwner>> admit(Route route, HttpServerRequest request) {
    if (route.access() == Access.OPERATOR) {
      return isOperator(request.getHeader("x-admin-key"))
          ? Uni.createFrom().item(Optional.empty())
          : Uni.createFrom().failure(RpcException::unauthorized);
    }
    String given = apiKey(request);
    if (given == null || !isPlausible(given)) {
      return Uni.createFrom().failure(RpcException::unauthorized);
    }
    ApiKey key = new ApiKey(given);
    return (keys.remembers(key) ? keys.find(key) : findForStranger(key, request))
        .map(owner -> Optional.of(scoped(route, owner)));
  }

  private Uni<Optional<KeyOwner>> findForStranger(ApiKey key, HttpServerRequest request) {
    String address =
        addresses.of(
            request.remoteAddress().hostAddress(), request.headers().getAll("x-forwarded-for"));
    return Uni.createFrom()
        .deferred(
            () -> {
              strangers.check(address);
              return keys.find(key);
            })
        .invoke(
            found -> {
              if (found.isEmpty()) {
                strangers.charge(address);
              }
            });
  }

  /** {@code x-api-key}, or {@code Authorization: Bearer} where only that can be set. */
  private static @Nullable String apiKey(HttpServerRequest request) {
    String own = request.getHeader("x-api-key");
    String authorization = request.getHeader("authorization");
    boolean isBearer =
        authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return own == null && isBearer ? authorization.substring(BEARER.length()).strip() : own;
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
