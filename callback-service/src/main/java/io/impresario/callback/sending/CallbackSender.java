package io.impresario.callback.sending;

import io.impresario.callback.sending.AttemptOutcome.NotTried;
import io.impresario.callback.sending.AttemptOutcome.Refused;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.targets.Target;
import io.impresario.targets.TargetCheck;
import io.impresario.targets.TargetGuard;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Sends one callback and reports how it ended; its future never fails. Every address of the name is
 * checked, and one that must not be reached refuses the whole name. The connection goes to a
 * checked address while host header, SNI and the certificate's check stay with the name, so what a
 * name resolves to a moment later does not matter.
 */
@ApplicationScoped
public class CallbackSender {

  /** Connections to one target: the dispatcher's slots bound them, not the pool. */
  private static final int UNBOUNDED_POOL = 4096;

  /** Of an answer: several times what common servers send at most. */
  private static final int MAX_HEADERS = 65_536;

  /** Three connection timeouts fill the time of an attempt. */
  private static final int MAX_ADDRESSES = 3;

  private final Vertx vertx;
  private final TargetGuard guard;
  private final AddressLookup lookup;
  private final SendingConfig config;
  private final Clock clock;
  private final HttpClient byName;
  private final HttpClient byAddress;

  CallbackSender(
      Vertx vertx, TargetGuard guard, AddressLookup lookup, SendingConfig config, Clock clock) {
    this.vertx = vertx;
    this.guard = guard;
    this.lookup = lookup;
    this.config = config;
    this.clock = clock;
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setSslHandshakeTimeout(config.timeout().toSeconds())
            .setKeepAliveTimeout((int) config.keepAlive().toSeconds())
            .setMaxPoolSize(UNBOUNDED_POOL)
            .setMaxHeaderSize(MAX_HEADERS)
            .setMaxInitialLineLength(MAX_HEADERS)
            .setTcpNoDelay(true);
    config.caBundle().map(Certificates::with).ifPresent(options::setTrustOptions);
    // A name of one label gets its SNI only when it is forced; an address must have none (RFC
    // 6066).
    this.byName = vertx.createHttpClient(new HttpClientOptions(options).setForceSni(true));
    this.byAddress = vertx.createHttpClient(options);
  }

  public Future<AttemptOutcome> send(OutgoingCallback callback) {
    TargetCheck check = guard.check(callback.url());
    if (check instanceof TargetCheck.Accepted accepted) {
      return sendTo(accepted.target(), callback);
    }
    return Future.succeededFuture(
        new Refused(
            check instanceof TargetCheck.Refused refused
                ? "the URL " + refused.message()
                : "the URL cannot be sent to"));
  }

  private Future<AttemptOutcome> sendTo(Target target, OutgoingCallback callback) {
    TimedRequest timed = new TimedRequest(vertx, config, clock);
    // Lookups end on threads of their own; all that follows belongs to the caller's event loop.
    Context context = vertx.getOrCreateContext();
    addressesOf(target)
        .onComplete(found -> context.runOnContext(go -> resolved(timed, target, callback, found)));
    return timed.outcome();
  }

  private Future<List<InetAddress>> addressesOf(Target target) {
    return target
        .literal()
        .map(address -> Future.succeededFuture(List.of(address)))
        .orElseGet(() -> lookup.addressesOf(target.host()));
  }

  private void resolved(
      TimedRequest timed,
      Target target,
      OutgoingCallback callback,
      AsyncResult<List<InetAddress>> found) {
    if (timed.hasEnded()) {
      return;
    }
    if (found.failed()) {
      timed.end(
          found.cause() instanceof NoNameServerException
              ? new NotTried(Reasons.of(found.cause()))
              : new Unreachable("the name " + target.host() + " does not resolve"));
      return;
    }
    List<InetAddress> addresses = found.result();
    Optional<String> refusal =
        addresses.stream().flatMap(address -> guard.refusal(address).stream()).findFirst();
    if (refusal.isPresent()) {
      timed.end(
          new Refused("the name " + target.host() + " leads to a " + refusal.get() + " address"));
      return;
    }
    connect(timed, target, callback, addresses.stream().limit(MAX_ADDRESSES).iterator());
  }

  private void connect(
      TimedRequest timed, Target target, OutgoingCallback callback, Iterator<InetAddress> rest) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(target.port(), rest.next().getHostAddress()))
            .setHost(target.host())
            .setPort(target.port())
            .setSsl(target.tls())
            .setURI(target.requestTarget())
            .setFollowRedirects(false);
    callback.headers().forEach(options::putHeader);
    // The client would write an IPv6 address without brackets.
    options.putHeader("host", target.hostHeader());
    HttpClient client = target.literal().isPresent() ? byAddress : byName;
    client
        .request(options)
        .onSuccess(request -> timed.run(request, callback.body()))
        .onFailure(
            failure -> {
              if (rest.hasNext() && !timed.hasEnded()) {
                connect(timed, target, callback, rest);
              } else {
                timed.end(new Unreachable("no connection: " + Reasons.of(failure)));
              }
            });
  }
}
