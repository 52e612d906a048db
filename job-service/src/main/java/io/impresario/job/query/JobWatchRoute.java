package io.impresario.job.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.IdentityTokens;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code jobs/watch}: the timeline as it grows, as an oRPC v1 event iterator. Written on the router
 * itself because it answers in server-sent events, which no envelope goes around.
 */
@ApplicationScoped
class JobWatchRoute {
  /** A watch lasts until the job has ended or the client has gone. */
  private static final Duration NO_LIMIT = Duration.ofDays(1000);

  private final JobQueries jobs;
  private final JobWait waiting;
  private final WaitingClients clients;
  private final IdentityTokens identities;
  private final ObjectMapper json;

  JobWatchRoute(
      JobQueries jobs,
      JobWait waiting,
      WaitingClients clients,
      IdentityTokens identities,
      ObjectMapper json) {
    this.jobs = jobs;
    this.waiting = waiting;
    this.clients = clients;
    this.identities = identities;
    this.json = json;
  }

  void register(@Observes Router router) {
    router.post("/v1/jobs/watch").order(-1).handler(this::watch);
  }

  private void watch(RoutingContext context) {
    context
        .request()
        .body()
        .onSuccess(body -> begin(context, body))
        .onFailure(failure -> context.response().close());
    context.request().resume();
  }

  private void begin(RoutingContext context, Buffer body) {
    try {
      UUID tenant = caller(context).tenantId();
      Input input = Input.ofBody(body.getBytes());
      UUID job = input.requiredUuid("id");
      input.check();
      int seen = lastSeen(context.request().getHeader("last-event-id"));
      WaitingClients.Place place = clients.enter(tenant);
      jobs.status(tenant, job)
          .subscribe()
          .with(
              status -> {
                if (status.isEmpty()) {
                  place.close();
                  refuse(context, JobQueryResource.unknown());
                } else {
                  follow(new EventStream(context, json), place, tenant, job, seen);
                }
              },
              failure -> {
                place.close();
                refuse(context, RpcException.unavailable("Try again", Duration.ofSeconds(1)));
              });
    } catch (RpcException refused) {
      refuse(context, refused);
    }
  }

  private Caller caller(RoutingContext context) {
    return Optional.ofNullable(context.request().getHeader(IdentityToken.HEADER))
        .flatMap(identities::verify)
        .orElseThrow(RpcException::unauthorized);
  }

  private void follow(
      EventStream stream, WaitingClients.Place place, UUID tenant, UUID job, int after) {
    AtomicInteger seen = new AtomicInteger(after);
    Cancellable watching =
        waiting
            .untilOver(job, () -> NO_LIMIT, () -> look(stream, tenant, job, seen))
            .onTermination()
            .invoke(place::close)
            .subscribe()
            .with(over -> stream.done(), failure -> stream.fail());
    stream.whenGone(watching::cancel);
  }

  /** The status first: what happened before a job had ended is then among its entries. */
  private Uni<Boolean> look(EventStream stream, UUID tenant, UUID job, AtomicInteger seen) {
    return jobs.status(tenant, job)
        .flatMap(
            status ->
                jobs.events(tenant, job, seen.get())
                    .map(
                        entries -> {
                          for (TimelineEntry entry : entries) {
                            stream.message(entry.seq(), entry);
                            seen.set(entry.seq());
                          }
                          return status.isEmpty()
                              || status.get().ended()
                              || entries.stream().anyMatch(TimelineEntry::last);
                        }));
  }

  /** What is no number of ours means: from the beginning. */
  private static int lastSeen(@Nullable String header) {
    try {
      return header == null ? 0 : Math.max(0, Integer.parseInt(header.strip()));
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  private static void refuse(RoutingContext context, RpcException error) {
    context.response().setStatusCode(error.status()).putHeader("content-type", "application/json");
    error.headers().forEach(context.response()::putHeader);
    context.response().end(Envelope.errorText(error));
  }
}
