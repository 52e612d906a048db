package io.impresario.job.rotation;

import io.impresario.sealing.KeyRing;
import io.quarkus.vertx.http.ManagementInterface;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import org.jboss.logging.Logger;

/**
 * {@code POST /q/secrets/reencrypt} on the management port: seals all stored secrets of this
 * service under the newest key and answers with the counts. Afterwards the older keys can be taken
 * out of the configuration. Safe to repeat, and to call while the service works.
 */
@ApplicationScoped
public class ReencryptCommand {
  private static final Logger LOG = Logger.getLogger(ReencryptCommand.class);
  private static final String ROUTE = "/q/secrets/reencrypt";

  private final Instance<SealedRows> features;
  private final KeyRing keys;

  ReencryptCommand(@Any Instance<SealedRows> features, KeyRing keys) {
    this.features = features;
    this.keys = keys;
  }

  void register(@Observes ManagementInterface management) {
    management.router().post(ROUTE).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    run()
        .subscribe()
        .with(
            answer -> {
              LOG.infof("secrets.reencrypted %s", answer);
              context.json(answer);
            },
            context::fail);
  }

  private Uni<JsonObject> run() {
    JsonObject answer = new JsonObject().put("key_id", keys.newestKeyId());
    return Multi.createFrom()
        .iterable(features)
        .onItem()
        .transformToUniAndConcatenate(
            rows -> rows.resealAll().invoke(done -> answer.put(rows.name(), counts(done))))
        .collect()
        .last()
        .replaceWith(answer);
  }

  private static JsonObject counts(SealedRows.Resealed done) {
    return new JsonObject().put("reencrypted", done.resealed()).put("failed", done.failed());
  }
}
