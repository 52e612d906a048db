package io.impresario.job.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.impresario.events.JsonText;
import io.impresario.rpc.Caller;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.http.IdentityTokens;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Asks the callback service for a job's deliveries, one replica after the other. A job can be read
 * without them: when all are down or slow the list is empty.
 */
@ApplicationScoped
class Deliveries {
  private static final Logger LOG = Logger.getLogger(Deliveries.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A client waits for the job, not for this. */
  private static final int LIMIT_MS = 500;

  /** Bounds what a burst of reads does to the other service. */
  private static final int MAX_CONNECTIONS = 16;

  private final WebClient client;
  private final IdentityTokens identities;
  private final List<String> urls;

  Deliveries(
      Vertx vertx,
      IdentityTokens identities,
      @ConfigProperty(name = "impresario.job.callback-service-url") List<String> urls) {
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setConnectTimeout(LIMIT_MS)
                .setMaxPoolSize(MAX_CONNECTIONS)
                .setMaxWaitQueueSize(4 * MAX_CONNECTIONS));
    this.identities = identities;
    this.urls = List.copyOf(urls);
  }

  Uni<List<JsonText>> of(Caller caller, UUID job) {
    Uni<List<JsonText>> answer = ask(urls.get(0), caller, job);
    for (String other : urls.subList(1, urls.size())) {
      answer = answer.onFailure().recoverWithUni(() -> ask(other, caller, job));
    }
    return answer
        .onFailure()
        .invoke(e -> LOG.debugf("deliveries.unknown job_id=%s reason=\"%s\"", job, e))
        .onFailure()
        .recoverWithItem(List.of());
  }

  private Uni<List<JsonText>> ask(String url, Caller caller, UUID job) {
    return client
        .postAbs(url + "/internal/deliveries/by-job")
        .timeout(LIMIT_MS)
        .putHeader(IdentityToken.HEADER, identities.make(caller))
        .putHeader("content-type", "application/json")
        .sendBuffer(Buffer.buffer("{\"json\":{\"job_id\":\"" + job + "\"}}"))
        .map(Deliveries::read);
  }

  private static List<JsonText> read(HttpResponse<Buffer> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException("the callback service answered " + response.statusCode());
    }
    try {
      JsonNode deliveries = JSON.readTree(response.bodyAsString()).path("json").path("deliveries");
      List<JsonText> all = new ArrayList<>();
      deliveries.forEach(delivery -> all.add(new JsonText(delivery.toString())));
      return all;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the callback service's answer is not JSON", e);
    }
  }
}
