package io.impresario.testing.fuzz;

import io.impresario.testing.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Sends the requests of a {@link RequestFuzz} to a gateway and judges each answer by what holds for
 * all of them: in time, no server error, in the envelope, with a request id. Also a program: {@code
 * FuzzRun <url> <api key> <admin key> <count> <seed>}.
 */
public final class FuzzRun {
  /** What came back; at most fifty complaints, each with its request. */
  public record Report(Map<Integer, Integer> statuses, List<String> complaints) {}

  private static final Duration PATIENCE = Eventually.LIMIT;
  private static final int MAX_COMPLAINTS = 50;
  private static final int SENDERS = 4;
  private static final Pattern ERROR =
      Pattern.compile(
          "(?s)\\{\"json\":\\{\"defined\":false,\"code\":\"[A-Z_]+\",\"status\":\\d{3},\"message\":.*\\}\\}");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final URI base;
  private final String apiKey;
  private final String adminKey;

  public FuzzRun(URI base, String apiKey, String adminKey) {
    this.base = base;
    this.apiKey = apiKey;
    this.adminKey = adminKey;
  }

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 5) {
      System.err.println("usage: FuzzRun <url> <api key> <admin key> <count> <seed>");
      System.exit(2);
    }
    Report report =
        new FuzzRun(URI.create(arguments[0]), arguments[1], arguments[2])
            .send(Integer.parseInt(arguments[3]), Long.parseLong(arguments[4]));
    System.out.println(report.statuses());
    report.complaints().forEach(System.out::println);
    System.exit(report.complaints().isEmpty() ? 0 : 1);
  }

  /** Sends the first {@code count} requests of a seed, four at a time. */
  public Report send(int count, long seed) throws InterruptedException {
    RequestFuzz fuzz = new RequestFuzz(seed);
    Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
    Queue<String> complaints = new ConcurrentLinkedQueue<>();
    AtomicInteger sent = new AtomicInteger();
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    for (int i = 0; i < SENDERS; i++) {
      senders.execute(
          () -> {
            while (complaints.size() < MAX_COMPLAINTS) {
              int index;
              RequestFuzz.Mutated request;
              synchronized (fuzz) {
                index = sent.getAndIncrement();
                request = fuzz.next();
              }
              if (index >= count) {
                return;
              }
              sendOne(index, request, statuses, complaints);
            }
          });
    }
    senders.shutdown();
    while (!senders.awaitTermination(1, TimeUnit.MINUTES)) {
      // Each request has its own limit.
    }
    return new Report(new TreeMap<>(statuses), List.copyOf(complaints));
  }

  private void sendOne(
      int index,
      RequestFuzz.Mutated request,
      Map<Integer, Integer> statuses,
      Queue<String> complaints) {
    try {
      HttpResponse<String> answer =
          client.send(built(request), HttpResponse.BodyHandlers.ofString());
      statuses.merge(answer.statusCode(), 1, Integer::sum);
      String complaint = judge(request, answer);
      if (!complaint.isEmpty()) {
        complaints.add(complaint + " " + shown(index, request) + " → " + answer.body());
      }
    } catch (IOException | IllegalArgumentException broken) {
      complaints.add("no answer (" + broken + ") " + shown(index, request));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      complaints.add("interrupted");
    }
  }

  private static String judge(RequestFuzz.Mutated request, HttpResponse<String> answer) {
    if (answer.statusCode() >= 500) {
      return "server error";
    }
    String type = answer.headers().firstValue("content-type").orElse("");
    if (answer.statusCode() == 200 && type.startsWith("text/event-stream")) {
      return request.path().startsWith("/v1/jobs/watch") ? "" : "a stream";
    }
    if (!type.startsWith("application/json")) {
      return "not JSON: " + type;
    }
    if (answer.headers().firstValue("x-request-id").isEmpty()) {
      return "no request id";
    }
    if (answer.statusCode() >= 400) {
      return ERROR.matcher(answer.body()).matches() ? "" : "not an error envelope";
    }
    boolean plain = request.path().startsWith("/api/");
    return plain || answer.body().startsWith("{\"json\":") ? "" : "not an envelope";
  }

  private HttpRequest built(RequestFuzz.Mutated request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + request.path()))
            .timeout(PATIENCE)
            .header("x-api-key", apiKey)
            .header("x-admin-key", adminKey)
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
    request.headers().forEach(builder::header);
    return builder.build();
  }

  private static String shown(int index, RequestFuzz.Mutated request) {
    return "#%d %s %s %s base64:%s"
        .formatted(
            index,
            request.method(),
            request.path(),
            request.headers(),
            Base64.getEncoder().encodeToString(request.body()));
  }
}
