package io.impresario.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Hears from the runs themselves, past everything that is under test: the workflow tells it, and
 * learns from its answers when it may return.
 */
final class RunWitness implements AutoCloseable {
  private static final Clock CLOCK = Clock.systemUTC();

  /** One call of a handler, as far as it was heard of. */
  record Life(String run, Instant began, Instant last) {
    private Life heard(Instant at) {
      return new Life(run, began, at);
    }
  }

  private final Map<String, Map<String, Life>> lives = new ConcurrentHashMap<>();
  private final Set<String> released = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final HttpServer server;

  RunWitness() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    server.setExecutor(threads);
    server.createContext("/", this::hear);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Life> lives(String job) {
    return List.copyOf(lives.getOrDefault(job, Map.of()).values());
  }

  /** Jobs that run until they may return do so with their next sign of life. */
  void release(List<String> jobs) {
    released.addAll(jobs);
  }

  private void hear(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> about =
          Arrays.stream(exchange.getRequestURI().getQuery().split("&"))
              .map(pair -> pair.split("=", 2))
              .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
      String run = about.getOrDefault("run", "");
      String job = about.getOrDefault("job", "");
      Instant now = CLOCK.instant();
      lives
          .computeIfAbsent(job, first -> new ConcurrentHashMap<>())
          .merge(run, new Life(run, now, now), (before, heard) -> before.heard(now));
      exchange.sendResponseHeaders(released.contains(job) ? 205 : 204, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
