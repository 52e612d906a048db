package io.impresario.rpc.http;

import io.impresario.rpc.Caller;
import io.impresario.rpc.IdentityToken;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;

/**
 * Makes and judges identity tokens under the configured secret. Made at start, so that a missing or
 * short secret stops it. Judged by the machine's own clock: the lifetime of a token is not a
 * business rule.
 */
@ApplicationScoped
@Startup
public class IdentityTokens {
  private final IdentityToken tokens;

  @Inject
  public IdentityTokens(IdentityConfig config) {
    this.tokens = new IdentityToken(config.secret(), Clock.systemUTC());
  }

  public String make(Caller caller) {
    return tokens.make(caller);
  }

  public Optional<Caller> verify(String token) {
    return tokens.verify(token);
  }
}
