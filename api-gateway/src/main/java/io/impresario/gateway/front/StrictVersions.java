package io.impresario.gateway.front;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Makes a request of a version that is neither HTTP/1.0 nor 1.1 an invalid one, which we answer
 * ourselves: Vert.x would answer it with an empty 501.
 */
final class StrictVersions extends ChannelInboundHandlerAdapter {
  static void watch(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      ChannelHandlerContext last = base.channelHandlerContext();
      last.pipeline().addBefore(last.name(), "strict-versions", new StrictVersions());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request && !isKnown(request.protocolVersion())) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      request.setDecoderResult(
          DecoderResult.failure(new IllegalArgumentException("an unknown HTTP version")));
    }
    context.fireChannelRead(message);
  }

  private static boolean isKnown(HttpVersion version) {
    return version.equals(HttpVersion.HTTP_1_0) || version.equals(HttpVersion.HTTP_1_1);
  }
}
