package io.impresario.schedule.definition;

import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.rpc.http.IdentityConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks job-service, with the caller's identity, whether it could make a job. Only a clear no
 * counts, and is answered as {@code jobs/create} would answer it: without an answer the call goes
 * on, since what cannot be made also shows in the occurrences.
 */
@ApplicationScoped
public class WorkflowDirectory {
  private static final Logger LOG = Logger.getLogger(WorkflowDirectory.class);
  private static final String WORKFLOW = "/v1/workflows/get";
  private static final String PROXIES = "/v1/proxies/get";

  /** How job-service is asked. */
  @ConfigMapping(prefix = "impresario.schedule.workflow-check")
  interface Config {
    /** Where the replicas of job-service are; absent means that nothing is checked. */
    Optional<List<URI>> jobServiceUrl();

    /** How long a call waits for one replica's answer before it goes on without it. */
    Duration timeout();
  }

  private final Config config;
  private final IdentityToken identity;
  private final WebClient client;

  WorkflowDirectory(Config config, IdentityConfig identity, Clock clock, Vertx vertx) {
    this.config = config;
    this.identity = new IdentityToken(identity.secret(), clock);
    this.client = WebClient.create(vertx);
  }

  /** Fails with 404 when job-service says that the tenant has no such workflow. */
  public Uni<Void> check(RpcRequest request, String workflow) {
    return ask(
        request,
        WORKFLOW,
        new JsonObject().put("workflow", workflow),
        response ->
            response.statusCode() == 404
                ? RpcException.notFound("Workflow '" + workflow + "' was not found")
                : null);
  }

  /** Fails with 409 when job-service says that it has no proxy for locations. */
  public Uni<Void> checkLocation(RpcRequest request) {
    return ask(
        request,
        PROXIES,
        new JsonObject(),
        response ->
            response.statusCode() == 200 && !offersLocations(response)
                ? RpcException.conflict(
                    "proxy_unavailable", "No residential proxy is configured on this installation")
                : null);
  }

  private static boolean offersLocations(HttpResponse<Buffer> response) {
    return response.bodyAsJsonObject().getJsonObject("json").getBoolean("locations");
  }

  /** What job-service's answer forbids; null when it forbids nothing. */
  private interface Verdict extends Function<HttpResponse<Buffer>, @Nullable RpcException> {}

  private Uni<Void> ask(RpcRequest request, String path, JsonObject question, Verdict verdict) {
    List<URI> replicas = config.jobServiceUrl().orElse(List.of());
    if (replicas.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Uni<HttpResponse<Buffer>> answer = ask(replicas.get(0), request, path, question);
    for (URI other : replicas.subList(1, replicas.size())) {
      answer = answer.onFailure().recoverWithUni(() -> ask(other, request, path, question));
    }
    return answer
        .map(response -> Optional.ofNullable(judged(path, response, verdict)))
        .onFailure()
        .recoverWithItem(
            failure -> {
              unchecked(path, failure.toString());
              return Optional.empty();
            })
        .invoke(
            refusal -> {
              if (refusal.isPresent()) {
                throw refusal.get();
              }
            })
        .replaceWithVoid();
  }

  private Uni<HttpResponse<Buffer>> ask(
      URI jobService, RpcRequest request, String path, JsonObject question) {
    return client
        .postAbs(jobService.resolve(path).toString())
        .timeout(config.timeout().toMillis())
        .putHeader(IdentityToken.HEADER, identity.make(request.caller()))
        .putHeader("x-request-id", request.requestId())
        .sendJsonObject(new JsonObject().put("json", question));
  }

  private static @Nullable RpcException judged(
      String path, HttpResponse<Buffer> response, Verdict verdict) {
    RpcException refusal = verdict.apply(response);
    if (refusal == null && response.statusCode() != 200) {
      unchecked(path, "job-service answered " + response.statusCode());
    }
    return refusal;
  }

  private static void unchecked(String path, String why) {
    LOG.warnf("schedule.workflow_unchecked question=%s reason=\"%s\"", path, why);
  }
}
