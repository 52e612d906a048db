package io.impresario.sealing;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;

/**
 * {@code POST /q/secrets/reencrypt} on the management port: {@link Resealing} at once, with its
 * counts as the answer. Afterwards the older keys can be taken out of the configuration.
 */
@ApplicationScoped
class ReencryptCommand {
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
    resealing.run().map(this::answer).subscribe().with(context::json, context::fail);
  }

  private JsonObject answer(Map<String, Resealing.Count> counts) {
    JsonObject answer = new JsonObject().put("key_id", keys.newestKeyId());
    counts.forEach(
        (name, count) ->
            answer.put(
                name,
                new JsonObject()
                    .put("reencrypted", count.reencrypted())
                    .put("failed", count.failed())));
    return answer;
  }
}
