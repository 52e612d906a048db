package io.impresario.schedule.definition;

import io.impresario.rpc.Caller;
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
import org.jboss.logging.Logger;

/**
 * Asks job-service, with the caller's identity, whether a workflow exists. Only a clear no counts:
 * without an answer the schedule is accepted, since a missing workflow also shows in its
 * occurrences.
 */
@ApplicationScoped
class WorkflowDirectory {
  private static final Logger LOG = Logger.getLogger(WorkflowDirectory.class);
  private static final String PATH = "/v1/workflows/get";

  /** How job-service is asked. */
  @ConfigMapping(prefix = "impresario.schedule.workflow-check")
  interface Config {
    /** Where the replicas of job-service are; absent means that workflows are not checked. */
    Optional<List<URI>> jobServiceUrl();

    /** How long a create waits for one replica's answer before it goes on without it. */
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
  Uni<Void> check(RpcRequest request, String workflow) {
    List<URI> replicas = config.jobServiceUrl().orElse(List.of());
    if (replicas.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Uni<Boolean> answer = ask(replicas.get(0), request, workflow);
    for (URI other : replicas.subList(1, replicas.size())) {
      answer = answer.onFailure().recoverWithUni(() -> ask(other, request, workflow));
    }
    return answer
        .onFailure()
        .recoverWithItem(failure -> assumeItExists(workflow, failure.toString()))
        .flatMap(
            exists ->
                exists
                    ? Uni.createFrom().voidItem()
                    : Uni.createFrom()
                        .failure(
                            RpcException.notFound("Workflow '" + workflow + "' was not found")));
  }

  private Uni<Boolean> ask(URI jobService, RpcRequest request, String workflow) {
    Caller caller = request.caller();
    return client
        .postAbs(jobService.resolve(PATH).toString())
        .timeout(config.timeout().toMillis())
        .putHeader(IdentityToken.HEADER, identity.make(caller))
        .putHeader("x-request-id", request.requestId())
        .sendJsonObject(new JsonObject().put("json", new JsonObject().put("workflow", workflow)))
        .map(response -> exists(workflow, response));
  }

  private static boolean exists(String workflow, HttpResponse<Buffer> response) {
    return switch (response.statusCode()) {
      case 200 -> true;
      case 404 -> false;
      default -> assumeItExists(workflow, "job-service answered " + response.statusCode());
    };
  }

  private static boolean assumeItExists(String workflow, String why) {
    LOG.warnf("schedule.workflow_unchecked workflow=\"%s\" reason=\"%s\"", workflow, why);
    return true;
  }
}
