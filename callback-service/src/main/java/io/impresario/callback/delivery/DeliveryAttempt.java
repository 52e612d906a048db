package io.impresario.callback.delivery;

import io.impresario.callback.secret.SealedSecrets;
import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Unsigned;
import io.impresario.callback.sending.AttemptOutcome.Withdrawn;
import io.impresario.callback.sending.CallbackSender;
import io.impresario.callback.sending.OutgoingCallback;
import io.impresario.callback.signing.Signing;
import io.impresario.callback.signing.SigningKeys;
import io.impresario.sealing.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Performs one attempt: opens the secret, signs, sends. Its future never fails. */
@ApplicationScoped
class DeliveryAttempt {

  private final SealedSecrets secrets;
  private final CallbackSender sender;
  private final Vertx vertx;
  private final DeliveryConfig config;
  private final Clock clock;

  DeliveryAttempt(
      SealedSecrets secrets,
      CallbackSender sender,
      Vertx vertx,
      DeliveryConfig config,
      Clock clock) {
    this.secrets = secrets;
    this.sender = sender;
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
  }

  Future<AttemptOutcome> perform(ClaimedDelivery delivery) {
    ClaimedDelivery.SealedSigning signing = delivery.signing();
    if (signing == null) {
      return Future.succeededFuture(new Withdrawn("the endpoint was deleted"));
    }
    if (!delivery.endpointActive()) {
      return Future.succeededFuture(new Withdrawn("the endpoint is switched off"));
    }
    Instant now = clock.instant();
    SigningKeys keys;
    try {
      keys = keys(delivery, signing);
    } catch (IllegalArgumentException e) {
      return Future.succeededFuture(new Unsigned("the signing secret cannot be opened"));
    }
    return headers(delivery, keys, now)
        .map(headers -> new OutgoingCallback(delivery.url(), headers, delivery.body()))
        .compose(sender::send);
  }

  private SigningKeys keys(ClaimedDelivery delivery, ClaimedDelivery.SealedSigning signing) {
    UUID endpoint = delivery.endpointId();
    if (endpoint == null) {
      UUID job = delivery.jobId();
      if (job == null) {
        throw new IllegalArgumentException("delivery " + delivery.id() + " belongs to nothing");
      }
      return SigningKeys.of(secrets.openForJob(job, signing.current()));
    }
    Secret current = secrets.openForEndpoint(endpoint, signing.current());
    return new SigningKeys(
        current,
        signing.previous().stream()
            .map(before -> secrets.openForEndpoint(endpoint, before))
            .toList());
  }

  /** A hash of megabytes takes tens of milliseconds, which an event loop does not have. */
  private Future<Map<String, String>> headers(
      ClaimedDelivery delivery, SigningKeys keys, Instant now) {
    return delivery.body().length() > config.largeBodyBytes()
        ? vertx.executeBlocking(() -> signed(delivery, keys, now), false)
        : Future.succeededFuture(signed(delivery, keys, now));
  }

  private static Map<String, String> signed(
      ClaimedDelivery delivery, SigningKeys keys, Instant now) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put("user-agent", "Impresario-Webhooks/1");
    headers.put("x-event-type", delivery.event());
    headers.putAll(
        Signing.headers(keys, delivery.id().toString(), now, delivery.body().getBytes()));
    return headers;
  }
}
