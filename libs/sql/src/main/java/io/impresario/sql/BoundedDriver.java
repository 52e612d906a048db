package io.impresario.sql;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.CloseFuture;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.NetClientImpl;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The driver, but for one thing: a connection on which nothing moves is closed at the socket, from
 * its first byte on. The idle timeout of the connect options does not do that: it sends
 * PostgreSQL's goodbye and waits until the server closes, which a server that is out of reach never
 * does.
 */
final class BoundedDriver extends PgDriver {
  private final Duration silence;

  BoundedDriver(Duration silence) {
    this.silence = silence;
  }

  @Override
  public ConnectionFactory createConnectionFactory(
      Vertx vertx, Supplier<? extends Future<? extends SqlConnectOptions>> database) {
    return new Connections((VertxInternal) vertx, database, silence);
  }

  private static final class Connections extends PgConnectionFactory {
    private final Duration silence;
    private @Nullable NetClient client;

    Connections(
        VertxInternal vertx,
        Supplier<? extends Future<? extends SqlConnectOptions>> database,
        Duration silence) {
      super(vertx, database);
      this.silence = silence;
    }

    @Override
    protected synchronized NetClient netClient(NetClientOptions options) {
      if (client == null) {
        client = open(new NetClientOptions(options));
      }
      return client;
    }

    private NetClient open(NetClientOptions options) {
      if (options.getHostnameVerificationAlgorithm() == null) {
        options.setHostnameVerificationAlgorithm("");
      }
      // The factory repeats what fails as a whole, not the socket alone.
      Sockets sockets =
          new Sockets(vertx, options.setReconnectAttempts(0), clientCloseFuture, silence);
      clientCloseFuture.add(sockets);
      return sockets;
    }
  }

  private static final class Sockets extends NetClientImpl {
    private final Duration silence;

    Sockets(
        VertxInternal vertx, NetClientOptions options, CloseFuture closeFuture, Duration silence) {
      super(vertx, null, options, closeFuture);
      this.silence = silence;
    }

    @Override
    protected void initChannel(ChannelPipeline pipeline) {
      super.initChannel(pipeline);
      pipeline.addLast("silence", new SilenceHandler(silence));
    }
  }

  private static final class SilenceHandler extends IdleStateHandler {
    SilenceHandler(Duration silence) {
      super(0, 0, silence.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Closed from here it does not pass by the codec that would say goodbye. */
    @Override
    @SuppressWarnings(
        "FutureReturnValueIgnored") // what waits for the connection is told by its end
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
      context.close();
    }
  }
}
