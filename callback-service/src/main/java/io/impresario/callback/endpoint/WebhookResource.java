package io.impresario.callback.endpoint;

import io.impresario.callback.delivery.EndpointWithdrawal;
import io.impresario.callback.intake.DeliveryPlanning;
import io.impresario.callback.secret.SealedSecrets;
import io.impresario.rpc.Ids;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.sealing.Secret;
import io.impresario.targets.TargetGuard;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The procedures on stored endpoints, {@code webhooks/*} of docs/api/openapi.yaml. */
@Path("/v1/webhooks")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class WebhookResource {

  private static final int MAX_GRACE_SECONDS = 604_800;

  record Created(boolean success, UUID webhookEndpointId, String message) {}

  record Done(boolean success, String message) {}

  record TestStarted(boolean success, UUID deliveryId, String message) {}

  record Listed(List<Endpoint> webhookEndpoints) {}

  record Endpoint(
      UUID webhookEndpointId,
      String url,
      @Nullable String description,
      boolean active,
      Instant createdAt,
      Instant updatedAt) {

    static Endpoint of(WebhookEndpoint stored) {
      return new Endpoint(
          stored.id,
          stored.url,
          stored.description,
          stored.active,
          stored.createdAt,
          stored.updatedAt);
    }
  }

  private final WebhookEndpoints endpoints;
  private final PreviousSecrets previous;
  private final SealedSecrets secrets;
  private final EndpointWithdrawal withdrawal;
  private final DeliveryPlanning planning;
  private final TargetGuard guard;
  private final EndpointsConfig config;
  private final Clock clock;

  WebhookResource(
      WebhookEndpoints endpoints,
      PreviousSecrets previous,
      SealedSecrets secrets,
      EndpointWithdrawal withdrawal,
      DeliveryPlanning planning,
      TargetGuard guard,
      EndpointsConfig config,
      Clock clock) {
    this.endpoints = endpoints;
    this.previous = previous;
    this.secrets = secrets;
    this.withdrawal = withdrawal;
    this.planning = planning;
    this.guard = guard;
    this.config = config;
    this.clock = clock;
  }

  @POST
  @Path("create")
  public Uni<Created> create(RpcRequest request) {
    Input input = request.input();
    WebhookEndpoint fresh = new WebhookEndpoint();
    fresh.id = Ids.next(clock);
    fresh.tenantId = request.caller().tenantId();
    fresh.url = EndpointInput.requiredUrl(input, guard);
    Secret secret = EndpointInput.requiredSecret(input);
    fresh.description = EndpointInput.description(input);
    fresh.active = input.bool("active", true);
    input.check();
    fresh.secretSealed = secrets.sealForEndpoint(fresh.id, secret);
    fresh.createdAt = clock.instant();
    fresh.updatedAt = fresh.createdAt;
    return Panache.withTransaction(
            () ->
                endpoints
                    .countOf(fresh.tenantId)
                    .invoke(this::requireRoom)
                    .chain(() -> endpoints.persist(fresh)))
        .map(stored -> new Created(true, stored.id, "Webhook endpoint created"));
  }

  @POST
  @Path("list")
  public Uni<Listed> list(RpcRequest request) {
    return Panache.withSession(() -> endpoints.of(request.caller().tenantId()))
        .map(stored -> new Listed(stored.stream().map(Endpoint::of).toList()));
  }

  @POST
  @Path("update")
  public Uni<Done> update(RpcRequest request) {
    Input input = request.input();
    UUID id = input.requiredUuid("id");
    String url = EndpointInput.optionalUrl(input, guard);
    Secret secret = EndpointInput.optionalSecret(input);
    boolean describes = input.has("description");
    String description = EndpointInput.description(input);
    Boolean active = input.optionalBoolean("active");
    input.check();
    return Panache.withTransaction(
            () ->
                endpoints
                    .findForChange(request.caller().tenantId(), id)
                    .invoke(
                        stored -> {
                          stored.url = url == null ? stored.url : url;
                          stored.description = describes ? description : stored.description;
                          stored.active = active == null ? stored.active : active;
                          stored.updatedAt = clock.instant();
                        })
                    .call(
                        stored ->
                            secret == null
                                ? Uni.createFrom().voidItem()
                                : replace(stored, secret, null)))
        .chain(
            () ->
                Boolean.FALSE.equals(active)
                    ? withdrawal.withdraw(id, "the endpoint is switched off")
                    : Uni.createFrom().voidItem())
        .replaceWith(new Done(true, "Webhook endpoint updated"));
  }

  @POST
  @Path("delete")
  public Uni<Done> delete(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    request.input().check();
    return Panache.withTransaction(() -> endpoints.remove(request.caller().tenantId(), id))
        .chain(() -> withdrawal.withdraw(id, "the endpoint was deleted"))
        .replaceWith(new Done(true, "Webhook endpoint deleted"));
  }

  @POST
  @Path("rotateSecret")
  public Uni<Done> rotateSecret(RpcRequest request) {
    Input input = request.input();
    UUID id = input.requiredUuid("id");
    Secret secret = EndpointInput.requiredSecret(input);
    int graceSeconds =
        input.integer(
            "grace_seconds", 0, MAX_GRACE_SECONDS, (int) config.defaultGrace().toSeconds());
    input.check();
    Instant now = clock.instant();
    Instant until = graceSeconds == 0 ? null : now.plus(Duration.ofSeconds(graceSeconds));
    return Panache.withTransaction(
            () ->
                endpoints
                    .findForChange(request.caller().tenantId(), id)
                    .call(stored -> replace(stored, secret, until)))
        .replaceWith(
            new Done(
                true,
                until == null
                    ? "Signing secret replaced"
                    : "Signing secret replaced; the old one signs too until " + until));
  }

  /** The earlier secrets sign as long as they were to; with no time for this one, all end. */
  private Uni<Void> replace(WebhookEndpoint stored, Secret secret, @Nullable Instant until) {
    Uni<Void> kept = until == null ? previous.endAll(stored) : previous.keep(stored, until);
    return kept.invoke(
        () -> {
          stored.secretSealed = secrets.sealForEndpoint(stored.id, secret);
          stored.updatedAt = clock.instant();
        });
  }

  /** Works for an endpoint that is switched off too: to see whether it can be switched on. */
  @POST
  @Path("test")
  public Uni<TestStarted> test(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    UUID tenant = request.caller().tenantId();
    request.input().check();
    return Panache.withSession(() -> endpoints.find(tenant, id))
        .flatMap(stored -> planning.planTest(tenant, id, stored.url))
        .map(
            delivery ->
                new TestStarted(
                    true, delivery, "Test delivery started; webhooks/attempts shows how it ended"));
  }

  private void requireRoom(long stored) {
    if (stored >= config.maxEndpoints()) {
      throw RpcException.conflict(
          "too_many_endpoints", "A tenant has at most " + config.maxEndpoints() + " endpoints");
    }
  }
}
