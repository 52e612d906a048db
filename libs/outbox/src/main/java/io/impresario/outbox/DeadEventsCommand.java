package io.impresario.outbox;

import io.impresario.outbox.DeadEvents.DeadEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does about {@link DeadEvents}, on the management port: {@code GET
 * /q/outbox/dead} lists the oldest, {@code POST /q/outbox/retry} sends them again, or with {@code
 * ?event_id=} one of them.
 */
@ApplicationScoped
class DeadEventsCommand {
  private static final String LIST = "/q/outbox/dead";
  private static final String RETRY = "/q/outbox/retry";
  private static final int LISTED = 100;

  /** Rows of up to 16 MiB move inside the database only. */
  private static final int RETRIED = 1_000;

  private final DeadEvents events;
  private final OutboxRelay relay;

  DeadEventsCommand(DeadEvents events, OutboxRelay relay) {
    this.events = events;
    this.relay = relay;
  }

  void register(@Observes ManagementInterface management) {
    management.router().get(LIST).handler(this::list);
    management.router().post(RETRY).handler(this::retry);
  }

  private void list(RoutingContext context) {
    Uni.combine()
        .all()
        .unis(events.count(), events.oldest(LISTED))
        .with(DeadEventsCommand::listed)
        .subscribe()
        .with(context::json, context::fail);
  }

  private static JsonObject listed(long count, List<DeadEvent> oldest) {
    JsonArray shown = new JsonArray();
    oldest.forEach(
        event ->
            shown.add(
                new JsonObject()
                    .put("event_id", event.eventId().toString())
                    .put("topic", event.topic())
                    .put("key", event.key())
                    .put("tenant_id", event.tenantId().toString())
                    .put("died_at", event.diedAt().toString())
                    .put("bytes", event.bytes())
                    .put("reason", event.reason())));
    return new JsonObject().put("count", count).put("events", shown);
  }

  private void retry(RoutingContext context) {
    @Nullable UUID only;
    try {
      @Nullable String id = context.request().getParam("event_id");
      only = id == null ? null : UUID.fromString(id);
    } catch (IllegalArgumentException malformed) {
      context.fail(400);
      return;
    }
    events
        .sendAgain(only, RETRIED)
        .invoke(relay::wake)
        .map(retried -> new JsonObject().put("retried", retried))
        .subscribe()
        .with(context::json, context::fail);
  }
}
