package io.impresario.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.command.GatewayClient;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The log of one job, printed as it grows. */
final class LogLines {
  private final GatewayClient gateway;
  private final String job;
  private final Console console;
  private int printed;
  private String last = "";

  LogLines(GatewayClient gateway, String job, Console console) {
    this.gateway = gateway;
    this.job = job;
    this.console = console;
  }

  void printNew() throws IOException, InterruptedException {
    JsonNode page = gateway.call("logs/list", Map.of("jobId", job, "limit", 1000, "order", "asc"));
    List<JsonNode> lines = new ArrayList<>();
    page.path("logs").forEach(lines::add);
    for (JsonNode line : lines.subList(Math.min(printed, lines.size()), lines.size())) {
      last = line.path("message").asText();
      console.print(
          "    %s %-5s %s"
              .formatted(
                  line.path("timestamp").asText(),
                  line.path("level").asText().toUpperCase(java.util.Locale.ROOT),
                  last));
    }
    printed = lines.size();
  }

  /** Lines arrive a moment after the job's end. */
  void awaitLine(String part, int seconds) throws IOException, InterruptedException {
    boolean found = false;
    for (int waited = 0; waited < seconds * 5 && !found; waited++) {
      int before = printed;
      printNew();
      found = contains(part);
      if (!found && printed == before) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
    if (!found) {
      throw new Problem("The log of the job is not complete after " + seconds + " s.");
    }
  }

  private boolean contains(String part) throws IOException, InterruptedException {
    JsonNode page = gateway.call("logs/list", Map.of("jobId", job, "limit", 1000));
    for (JsonNode line : page.path("logs")) {
      if (line.path("message").asText().contains(part)) {
        return true;
      }
    }
    return last.contains(part);
  }
}
