package io.impresario.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * An HTTP server on a free loopback port that records every request and gives the planned answers
 * in their order, then 200.
 */
public final class WebhookReceiver implements AutoCloseable {
  /**
   * @param headers names in lower case, the first value of each
   */
  public record Received(
      String method, String path, Map<String, String> headers, byte[] body, Instant at) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
  }

  /** What to answer, after how long; headers and body may be empty. */
  public record Answer(int status, Duration delay, Map<String, String> headers, String body) {
    public static Answer status(int status) {
      return new Answer(status, Duration.ZERO, Map.of(), "");
    }

    public Answer after(Duration wait) {
      return new Answer(status, wait, headers, body);
    }

    public Answer with(String header, String value) {
      return new Answer(status, delay, Map.of(header, value), body);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Answer> planned = new ConcurrentLinkedQueue<>();
  private volatile Answer fallback = Answer.status(200);

  private WebhookReceiver(HttpServer server) {
    this.server = server;
  }

  public static WebhookReceiver start() throws IOException {
    return start(0);
  }

  public static WebhookReceiver start(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    WebhookReceiver receiver = new WebhookReceiver(server);
    server.setExecutor(receiver.threads);
    server.createContext("/", receiver::handle);
    server.start();
    return receiver;
  }

  /** The address of a path (with its slash) here. */
  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Used once each, in this order, before the answer of {@link #always}. */
  public void answer(Answer... answers) {
    planned.addAll(List.of(answers));
  }

  public void always(Answer answer) {
    fallback = answer;
  }

  public List<Received> received() {
    return List.copyOf(received);
  }

  public List<Received> received(String path) {
    return received.stream().filter(request -> request.path().equals(path)).toList();
  }

  /** Waits until so many requests have arrived at the path. */
  public List<Received> await(String path, int count, Duration limit) {
    Eventually.isTrue(limit, count + " requests at " + path, () -> received(path).size() >= count);
    return received(path);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers =
          exchange.getRequestHeaders().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      header -> header.getKey().toLowerCase(Locale.ROOT),
                      header -> header.getValue().get(0)));
      received.add(
          new Received(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers,
              body,
              java.time.Clock.systemUTC().instant()));
      Answer next = planned.poll();
      respond(exchange, next == null ? fallback : next);
    }
  }

  private static void respond(HttpExchange exchange, Answer answer) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(answer.delay().toMillis());
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      return;
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
