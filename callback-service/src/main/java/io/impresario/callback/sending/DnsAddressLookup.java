package io.impresario.callback.sending;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Asks the platform's name servers, or the configured ones, without holding a thread. Answers are
 * cached for as long as they say, within limits; a name is looked up once however many wait for it.
 */
@ApplicationScoped
class DnsAddressLookup implements AddressLookup {

  private static final Logger LOG = Logger.getLogger(DnsAddressLookup.class);

  /** Names whose lookups are shared and whose answers are kept: more than there are slots. */
  private static final int NAMES = 4096;

  /** Search domains, both families and aliases; a name that needs more leads nowhere. */
  private static final int MAX_QUERIES = 16;

  private static final int NAME_SERVER_PORT = 53;

  private final DnsNameResolver resolver;
  private boolean silent;

  DnsAddressLookup(Vertx vertx, SendingConfig config) {
    DnsNameResolverBuilder builder =
        new DnsNameResolverBuilder(vertx.nettyEventLoopGroup().next())
            .datagramChannelType(NioDatagramChannel.class)
            .socketChannelType(NioSocketChannel.class, true)
            .ttl(0, (int) config.lookupCache().toSeconds())
            .negativeTtl(1)
            .consolidateCacheSize(NAMES)
            .maxQueriesPerResolve(MAX_QUERIES)
            .queryTimeoutMillis(config.lookupTimeout().toMillis());
    config
        .nameServers()
        .map(servers -> servers.stream().map(DnsAddressLookup::server).toList())
        .ifPresent(
            servers ->
                builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers)));
    this.resolver = builder.build();
  }

  void stop(@Observes ShutdownEvent event) {
    resolver.close();
  }

  /** Repeats a lost question once, together with one that shows whether any name server answers. */
  @Override
  public Future<List<InetAddress>> addressesOf(String host) {
    return resolve(host)
        .recover(
            first ->
                first instanceof DnsNameResolverTimeoutException
                    ? resolveAgain(host)
                    : Future.failedFuture(first));
  }

  private Future<List<InetAddress>> resolveAgain(String host) {
    Future<Boolean> anybody = anybodyAnswers();
    return resolve(host)
        .recover(
            second ->
                anybody.compose(
                    somebody ->
                        Future.failedFuture(
                            somebody || !(second instanceof DnsNameResolverTimeoutException)
                                ? new UnknownHostException(host)
                                : new NoNameServerException())));
  }

  private Future<List<InetAddress>> resolve(String host) {
    Promise<List<InetAddress>> addresses = Promise.promise();
    resolver
        .resolveAll(host)
        .addListener(
            (io.netty.util.concurrent.Future<List<InetAddress>> found) -> {
              Throwable cause = found.cause();
              if (cause == null) {
                noteSilence(false);
                addresses.complete(found.getNow());
              } else if (timedOut(cause)) {
                addresses.fail(
                    cause instanceof DnsNameResolverTimeoutException ? cause : cause.getCause());
              } else {
                noteSilence(false);
                addresses.fail(new UnknownHostException(host));
              }
            });
    return addresses.future();
  }

  /**
   * A name whose own servers are silent looks like a name server that is, so that is asked for the
   * root.
   */
  private Future<Boolean> anybodyAnswers() {
    Promise<Boolean> somebody = Promise.promise();
    resolver
        .query(new DefaultDnsQuestion(".", DnsRecordType.NS))
        .addListener(
            (io.netty.util.concurrent.Future<AddressedEnvelope<DnsResponse, InetSocketAddress>>
                    answer) -> {
              if (answer.isSuccess()) {
                answer.getNow().release();
              }
              noteSilence(!answer.isSuccess());
              somebody.complete(answer.isSuccess());
            });
    return somebody.future();
  }

  /** Logged once per outage. */
  private synchronized void noteSilence(boolean now) {
    if (now && !silent) {
      LOG.warnf("name_servers.failing reason=\"%s\"", "no name server answers");
    } else if (!now && silent) {
      LOG.info("name_servers.recovered");
    }
    silent = now;
  }

  private static boolean timedOut(Throwable cause) {
    return cause instanceof DnsNameResolverTimeoutException
        || cause.getCause() instanceof DnsNameResolverTimeoutException;
  }

  /** {@code address} or {@code address:port}. */
  private static InetSocketAddress server(String text) {
    int colon = text.indexOf(':') == text.lastIndexOf(':') ? text.indexOf(':') : -1;
    return colon < 0
        ? new InetSocketAddress(text.strip(), NAME_SERVER_PORT)
        : new InetSocketAddress(
            text.substring(0, colon).strip(), Integer.parseInt(text.substring(colon + 1).strip()));
  }
}
