package io.impresario.gateway.front;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A replica of an owning service that counts what it gets and can be killed in the middle. */
final class Upstream implements AutoCloseable {
  private static final byte[] ANSWER = "{\"json\":{}}".getBytes(UTF_8);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile CountDownLatch mayAnswer = new CountDownLatch(0);
  private volatile String lastBody = "";

  private Upstream(HttpServer server) {
    this.server = server;
  }

  /** On a free port when that is 0. */
  static Upstream open(int port) throws IOException {
    Upstream upstream =
        new Upstream(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
    upstream.server.setExecutor(upstream.threads);
    upstream.server.createContext("/", upstream::serve);
    upstream.server.start();
    return upstream;
  }

  private void serve(HttpExchange exchange) throws IOException {
    lastBody = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    requests.incrementAndGet();
    try {
      mayAnswer.await();
    } catch (InterruptedException killed) {
      Thread.currentThread().interrupt();
      return;
    }
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(200, ANSWER.length);
    exchange.getResponseBody().write(ANSWER);
    exchange.close();
  }

  /** From now on requests stay without an answer. */
  void hold() {
    mayAnswer = new CountDownLatch(1);
  }

  void answer() {
    mayAnswer.countDown();
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int requests() {
    return requests.get();
  }

  String lastBody() {
    return lastBody;
  }

  /** Closes its port and every connection at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
