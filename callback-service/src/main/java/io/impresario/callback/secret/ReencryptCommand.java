package io.impresario.callback.secret;

import io.impresario.sealing.KeyRing;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * {@code POST /q/secrets/reencrypt} on the management port: a round of {@link Resealing} at once,
 * with its counts. Safe to repeat, and to call while the service works.
 */
@ApplicationScoped
class ReencryptCommand {

  private static final Logger LOG = Logger.getLogger(ReencryptCommand.class);
  private static final String ROUTE = "/q/secrets/reencrypt";

  private final Resealing resealing;
  private final KeyRing keys;

  ReencryptCommand(Resealing resealing, KeyRing keys) {
    this.resealing = resealing;
    this.keys = keys;
  }

  void register(@Observes ManagementInterface management) {
    management.router().post(ROUTE).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    resealing
        .reseal()
        .map(this::answer)
        .subscribe()
        .with(
            answer -> {
              LOG.infof("secrets.reencrypted %s", answer);
              context.json(answer);
            },
            context::fail);
  }

  private JsonObject answer(Resealing.Counts counts) {
    return new JsonObject()
        .put("key_id", keys.newestKeyId())
        .put("endpoints", shown(counts.endpoints()))
        .put("deliveries", shown(counts.deliveries()));
  }

  private static JsonObject shown(Resealing.Count count) {
    return new JsonObject().put("reencrypted", count.reencrypted()).put("failed", count.failed());
  }
}
