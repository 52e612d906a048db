package io.impresario.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.command.GatewayClient;
import io.impresario.local.stack.Json;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The acts of the demo, in order, each through the public API. */
final class Demo {
  private static final String WORKFLOW = "price-watch";
  private static final String SECRET = "the demo's callback secret";
  private static final String EVERY_MINUTE = "* * * * *";
  // A first build may have to fetch packages; a first job starts its browser cold.
  private static final int BUILD_SECONDS = 180;
  private static final int JOB_SECONDS = 120;
  private static final int CALLBACK_SECONDS = 30;
  // The next minute, and then as long as a job may take.
  private static final int FIRE_SECONDS = 90;

  private final GatewayClient gateway;
  private final DemoSite site;
  private final Console console;

  Demo(GatewayClient gateway, DemoSite site, Console console) {
    this.gateway = gateway;
    this.site = site;
    this.console = console;
  }

  void run(Path example) throws IOException, InterruptedException {
    deploy(example);
    // First, so that the minute until it fires passes with the rest.
    String schedule = createSchedule();
    String job = createJob();
    follow(job);
    showCallback();
    showFiring(schedule);
  }

  private void deploy(Path example) throws IOException, InterruptedException {
    console.say("deploying the example workflow " + example.getFileName());
    Map<String, Object> input =
        Map.of("source", SourceBundle.of(example), "entry_point", "index.ts");
    String id = gateway.call("deployments/create", input).path("deployment_id").asText();
    for (int waited = 0; waited < BUILD_SECONDS * 5; waited++) {
      JsonNode deployment = gateway.call("deployments/sync", Map.of("id", id));
      switch (deployment.path("status").asText()) {
        case "ready" -> {
          console.say("built; it has the workflows " + deployment.path("workflows"));
          return;
        }
        case "failed" ->
            throw new Problem(
                "The example workflow could not be built: "
                    + deployment.path("build_error").asText());
        default -> tick(waited, "building");
      }
    }
    throw new Problem("The example workflow was not built within " + BUILD_SECONDS + " s.");
  }

  private String createJob() throws IOException, InterruptedException {
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("workflow", WORKFLOW);
    input.put("params", Map.of("shop", site.shopUrl(), "search", "tea"));
    input.put("callback_url", site.callbackUrl());
    input.put("callback_secret", SECRET);
    String job = gateway.call("jobs/create", input).path("job_id").asText();
    console.say("started job " + job);
    return job;
  }

  /** Prints log lines as they come, until the job has ended and its last line is there. */
  private void follow(String job) throws IOException, InterruptedException {
    LogLines lines = new LogLines(gateway, job, console);
    for (int waited = 0; waited < JOB_SECONDS * 5; waited++) {
      JsonNode state = gateway.call("jobs/get", Map.of("id", job));
      lines.printNew();
      String status = state.path("status").asText();
      if (status.equals("failed") || status.equals("cancelled")) {
        throw new Problem("The job is " + status + ": " + state.path("error").asText());
      }
      if (status.equals("completed")) {
        lines.awaitLine("offers for tea", CALLBACK_SECONDS);
        console.say("the job is completed; its result:");
        console.print(Json.MAPPER.writeValueAsString(state.path("result")));
        return;
      }
      tick(waited, status);
    }
    throw new Problem("The job did not end within " + JOB_SECONDS + " s.");
  }

  private void showCallback() throws InterruptedException, IOException {
    DemoSite.Callback callback = site.nextCallback(CALLBACK_SECONDS);
    if (callback == null) {
      throw new Problem(
          "No callback arrived within "
              + CALLBACK_SECONDS
              + " s; is a firewall blocking loopback ports?");
    }
    JsonNode body = Json.MAPPER.readTree(callback.body());
    console.say(
        "callback %s for job %s arrived"
            .formatted(body.path("event").asText(), body.path("job_id").asText()));
    verified("x-webhook-signature", CallbackSignatures.plain(callback, SECRET));
    verified("webhook-signature", CallbackSignatures.standard(callback, SECRET));
  }

  private void verified(String header, boolean valid) {
    if (!valid) {
      throw new Problem("The header " + header + " of the callback is wrong; please report it.");
    }
    console.say("  " + header + " verified");
  }

  private String createSchedule() throws IOException, InterruptedException {
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("workflow", WORKFLOW);
    input.put("params", Map.of("shop", site.shopUrl(), "search", "coffee"));
    input.put("cron_expr", EVERY_MINUTE);
    input.put("skip_callbacks", true);
    JsonNode schedule = gateway.call("schedules/create", input).path("schedule");
    console.say(
        "scheduled \"%s\"; it fires at %s"
            .formatted(EVERY_MINUTE, schedule.path("next_fire_at").asText()));
    return schedule.path("id").asText();
  }

  private void showFiring(String schedule) throws IOException, InterruptedException {
    String job = awaitFiring(schedule);
    gateway.call("schedules/delete", Map.of("id", schedule));
    awaitCompletion(job);
  }

  private String awaitFiring(String schedule) throws IOException, InterruptedException {
    for (int waited = 0; waited < FIRE_SECONDS * 5; waited++) {
      JsonNode state = gateway.call("schedules/get", Map.of("id", schedule)).path("schedule");
      if (state.path("last_job_id").isTextual()) {
        console.say(
            "the schedule fired at %s: job %s"
                .formatted(
                    state.path("last_fire_at").asText(), state.path("last_job_id").asText()));
        return state.path("last_job_id").asText();
      }
      tick(waited, "waiting for the full minute");
    }
    throw new Problem("The schedule did not fire within " + FIRE_SECONDS + " s.");
  }

  private void awaitCompletion(String job) throws IOException, InterruptedException {
    for (int waited = 0; waited < JOB_SECONDS * 5; waited++) {
      String status = status(job);
      if (status.equals("completed")) {
        console.say("the scheduled job is completed");
        return;
      }
      if (status.equals("failed") || status.equals("cancelled")) {
        throw new Problem("The scheduled job is " + status + ".");
      }
      tick(waited, status);
    }
    throw new Problem("The scheduled job did not end within " + JOB_SECONDS + " s.");
  }

  /** A schedule names its job an instant before the job service has taken it. */
  private String status(String job) throws IOException, InterruptedException {
    for (JsonNode listed : gateway.call("jobs/list", Map.of("workflow", WORKFLOW)).path("jobs")) {
      if (listed.path("job_id").asText().equals(job)) {
        return listed.path("status").asText();
      }
    }
    return "on its way";
  }

  /** A fifth of a second; every five seconds it says what is waited for. */
  private void tick(int waited, String what) throws InterruptedException {
    if (waited % 25 == 24) {
      console.say("… " + what);
    }
    TimeUnit.MILLISECONDS.sleep(200);
  }
}
