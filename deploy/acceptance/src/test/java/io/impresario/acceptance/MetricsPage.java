package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds docs/metrics.md against what the processes of a running system show. */
final class MetricsPage {
  private static final Pattern ROW =
      Pattern.compile("\\| `(impresario_\\w+)` \\| ([^|]+) \\| (\\w+) \\| ([^|]*)\\| ([^|]+) \\|");
  private static final Pattern TYPE = Pattern.compile("# TYPE (impresario_\\w+) (\\w+)");
  private static final Pattern SAMPLE = Pattern.compile("(impresario_\\w+)(?:\\{(.*)})? [^ ]+");
  private static final Pattern TAG = Pattern.compile("(\\w+)=\"[^\"]*\"");
  private static final Set<String> OF_THE_FORMAT = Set.of("le", "quantile");

  /** What one service shows of one metric. */
  private record Metric(String type, Set<String> tags) {}

  private record Row(Set<String> services, Metric metric, boolean always) {}

  private final Map<String, Row> rows = new TreeMap<>();

  MetricsPage() throws IOException {
    String page = Files.readString(StackUnderTest.root().resolve("docs/metrics.md"));
    for (Matcher row = ROW.matcher(page); row.find(); ) {
      Set<String> tags = new TreeSet<>();
      for (Matcher tag = Pattern.compile("`(\\w+)`").matcher(row.group(4)); tag.find(); ) {
        tags.add(tag.group(1));
      }
      rows.put(
          row.group(1),
          new Row(
              Set.of(row.group(2).strip().split(", ")),
              new Metric(row.group(3), tags),
              !row.group(5).contains("Absent until")));
    }
  }

  /** Everything shown is documented as it is shown, and everything documented is shown. */
  void isWhatIsShown(StackUnderTest stack, List<String> services) {
    Map<String, Map<String, Metric>> shown = new TreeMap<>();
    Map<String, Map<String, Metric>> documented = new TreeMap<>();
    for (String service : services) {
      Map<String, Metric> ofService = new TreeMap<>();
      stack.replicas(service).forEach(replica -> ofService.putAll(metrics(stack, replica)));
      shown.put(service, ofService);
      documented.put(service, documented(service, ofService.keySet()));
    }
    assertThat(shown).isEqualTo(documented);
  }

  private Map<String, Metric> documented(String service, Set<String> shown) {
    Map<String, Metric> documented = new TreeMap<>();
    rows.forEach(
        (name, row) -> {
          if (row.services().contains(service) && (row.always() || shown.contains(name))) {
            documented.put(name, row.metric());
          }
        });
    return documented;
  }

  private static Map<String, Metric> metrics(StackUnderTest stack, String replica) {
    String shown = scrape(stack.managementUrl(replica));
    Map<String, String> types = new HashMap<>();
    TYPE.matcher(shown).results().forEach(type -> types.put(type.group(1), type.group(2)));
    Map<String, Metric> metrics = new TreeMap<>();
    shown
        .lines()
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(sample -> add(metrics, types, sample));
    return metrics;
  }

  private static void add(Map<String, Metric> metrics, Map<String, String> types, Matcher sample) {
    String name = sample.group(1);
    String base = name.replaceFirst("_(count|sum|max|bucket)$", "");
    String metric = types.containsKey(base) ? base : name;
    Metric shown =
        metrics.computeIfAbsent(
            metric, any -> new Metric(types.getOrDefault(metric, "untyped"), new TreeSet<>()));
    Matcher tag = TAG.matcher(String.valueOf(sample.group(2)));
    while (tag.find()) {
      if (!OF_THE_FORMAT.contains(tag.group(1))) {
        shown.tags().add(tag.group(1));
      }
    }
  }

  private static String scrape(String managementUrl) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(managementUrl + "/q/metrics"))
              .header("accept", "text/plain; version=0.0.4")
              .build();
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
