package io.impresario.job.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A site on this machine, and an HTTP proxy before it that lets in whoever gives a name, and
 * remembers the names. A test JVM has several class loaders: the one that asks first makes it, and
 * all ask it by its address.
 */
final class RecordingProxy {
  private static final String ADDRESSES = "impresario.test.recording-proxy";
  private static final String PAGE = "<h1>the site</h1>";

  private final List<String> users = new CopyOnWriteArrayList<>();

  private RecordingProxy() {}

  static String url() {
    return addresses()[0];
  }

  static String siteUrl() {
    return addresses()[1] + "/a";
  }

  /** {@code name:password} of each request for the site since the last call. */
  static List<String> users() {
    try (var answer = URI.create(addresses()[1] + "/users").toURL().openStream()) {
      return new String(answer.readAllBytes(), UTF_8).strip().lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized String[] addresses() {
    String known = System.getProperty(ADDRESSES);
    if (known == null) {
      known = new RecordingProxy().start();
      System.setProperty(ADDRESSES, known);
    }
    return known.split(" ");
  }

  private String start() {
    try {
      return server(this::pass) + " " + server(this::show);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pass(HttpExchange exchange) throws IOException {
    String given = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
    if (given == null) {
      exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"test\"");
      answer(exchange, 407, "");
      return;
    }
    if (exchange.getRequestURI().toString().equals(siteUrl())) {
      users.add(new String(Base64.getDecoder().decode(given.replace("Basic ", "")), UTF_8));
    }
    answer(exchange, 200, PAGE);
  }

  private void show(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/users")) {
      List<String> seen = List.copyOf(users);
      users.clear();
      answer(exchange, 200, String.join("\n", seen));
    } else {
      answer(exchange, 200, PAGE);
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = (text + "\n").getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/html");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }

  private static String server(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext("/", handler);
    server.setExecutor(
        task -> {
          Thread thread = new Thread(task, "recording-proxy");
          thread.setDaemon(true);
          thread.start();
        });
    server.start();
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }
}
