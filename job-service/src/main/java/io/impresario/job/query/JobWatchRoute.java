package io.impresario.job.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.job.ledger.JobChanges;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.IdentityTokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code jobs/watch}: the timeline as it grows, as an oRPC v1 event iterator. Written on the router
 * itself because it answers in server-sent events, which no envelope goes around.
 */
@ApplicationScoped
class JobWatchRoute {
  private final JobQueries jobs;
  private final JobChanges changes;
  private final IdentityTokens identities;
  private final ObjectMapper json;

  JobWatchRoute(JobQueries jobs, JobChanges changes, IdentityTokens identities, ObjectMapper json) {
    this.jobs = jobs;
    this.changes = changes;
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
      Caller caller = caller(context);
      Input input = Input.ofBody(body.getBytes());
      UUID job = input.requiredUuid("id");
      input.check();
      int after = lastSeen(context.request().getHeader("last-event-id"));
      jobs.status(caller.tenantId(), job)
          .subscribe()
          .with(
              status -> {
                if (status.isEmpty()) {
                  refuse(context, JobQueryResource.unknown());
                } else {
                  follow(new JobStream(context, json), caller.tenantId(), job, after);
                }
              },
              failure ->
                  refuse(context, RpcException.unavailable("Try again", Duration.ofSeconds(1))));
    } catch (RpcException refused) {
      refuse(context, refused);
    }
  }

  private Caller caller(RoutingContext context) {
    String token = context.request().getHeader(IdentityToken.HEADER);
    return java.util.Optional.ofNullable(token)
        .flatMap(identities::verify)
        .orElseThrow(RpcException::unauthorized);
  }

  private void follow(JobStream stream, UUID tenant, UUID job, int after) {
    stream.open();
    step(stream, tenant, job, after)
        .subscribe()
        .with(done -> stream.close(), failure -> stream.fail());
  }

  /** Listens before it looks, so that no entry falls in between. */
  private Uni<Void> step(JobStream stream, UUID tenant, UUID job, int after) {
    Uni<Void> change = changes.next(job, JobWait.LOOK).memoize().indefinitely();
    change.subscribe().with(ignored -> {});
    return jobs.events(tenant, job, after)
        .flatMap(
            entries -> {
              boolean over = send(stream, entries) || stream.closed();
              int seen = entries.isEmpty() ? after : entries.get(entries.size() - 1).seq();
              return over
                  ? Uni.createFrom().voidItem()
                  : change.chain(() -> step(stream, tenant, job, seen));
            });
  }

  private boolean send(JobStream stream, List<TimelineEntry> entries) {
    entries.forEach(entry -> stream.message(entry.seq(), entry));
    return entries.stream().anyMatch(TimelineEntry::last);
  }

  private static int lastSeen(@Nullable String header) {
    try {
      return header == null ? 0 : Integer.parseInt(header.strip());
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  private static void refuse(RoutingContext context, RpcException error) {
    context.response().setStatusCode(error.status()).putHeader("content-type", "application/json");
    error.headers().forEach(context.response()::putHeader);
    context.response().end(Envelope.errorText(error));
  }

  /** One client's stream of server-sent events. */
  private static final class JobStream {
    /** Keeps proxies between us and the client from closing a quiet connection. */
    private static final long COMMENT_EVERY_MS = 5_000;

    private final RoutingContext context;
    private final ObjectMapper json;
    private long timer = -1;

    JobStream(RoutingContext context, ObjectMapper json) {
      this.context = context;
      this.json = json;
    }

    void open() {
      context
          .response()
          .setChunked(true)
          .putHeader("content-type", "text/event-stream")
          .putHeader("cache-control", "no-cache");
      context.response().write(": \n\n");
      timer = context.vertx().setPeriodic(COMMENT_EVERY_MS, id -> write(": \n\n"));
      context.response().closeHandler(closed -> context.vertx().cancelTimer(timer));
    }

    boolean closed() {
      return context.response().closed() || context.response().ended();
    }

    void message(int id, Object data) {
      write("event: message\nid: " + id + "\ndata: " + envelope(data) + "\n\n");
    }

    void close() {
      write("event: done\ndata: " + envelope(null) + "\n\n");
      end();
    }

    void fail() {
      RpcException error = RpcException.unavailable("The stream broke off", Duration.ofSeconds(1));
      write("event: error\ndata: " + Envelope.errorText(error) + "\n\n");
      end();
    }

    private void end() {
      context.vertx().cancelTimer(timer);
      if (!closed()) {
        context.response().end();
      }
    }

    private void write(String text) {
      if (!closed()) {
        context.response().write(text);
      }
    }

    private String envelope(@Nullable Object data) {
      try {
        return json.writeValueAsString(new Envelope(data));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("our own records are JSON", e);
      }
    }
  }
}
