package io.impresario.local.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the demo serves itself: a small shop for the workflow, and an address for callbacks. */
final class DemoSite implements AutoCloseable {
  /**
   * @param headers names in lower case
   */
  record Callback(Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private final HttpServer server;
  private final BlockingQueue<Callback> callbacks = new LinkedBlockingQueue<>();

  private DemoSite(HttpServer server) {
    this.server = server;
  }

  static DemoSite start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    DemoSite site = new DemoSite(server);
    server.createContext("/shop", site::shop);
    server.createContext("/callback", site::callback);
    server.start();
    return site;
  }

  String shopUrl() {
    return url("/shop");
  }

  String callbackUrl() {
    return url("/callback");
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** The next callback that arrived; null when none did in time. */
  @Nullable Callback nextCallback(long seconds) throws InterruptedException {
    return callbacks.poll(seconds, TimeUnit.SECONDS);
  }

  private void shop(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream page =
            Objects.requireNonNull(DemoSite.class.getResourceAsStream("/demo/shop.html"))) {
      byte[] body = page.readAllBytes();
      exchange.getResponseHeaders().set("content-type", "text/html; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void callback(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers =
          exchange.getRequestHeaders().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      header -> header.getKey().toLowerCase(Locale.ROOT),
                      header -> header.getValue().get(0)));
      byte[] answer = "ok".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      callbacks.add(new Callback(headers, body));
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
