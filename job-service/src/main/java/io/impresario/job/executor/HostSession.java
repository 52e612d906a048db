package io.impresario.job.executor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** One life of the host: the runs and builds that it was given, until each is over or it dies. */
final class HostSession {
  private final HostProcess process;
  private final Consumer<JsonNode> onEvent;
  private final Consumer<HostSession> onDeath;
  private final Map<String, HostRun> runs = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<BuildOutcome>> builds = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /** What keeps it from running jobs, once it has told. */
  private final CompletableFuture<Optional<String>> opened = new CompletableFuture<>();

  private boolean dead;

  HostSession(HostProcess process, Consumer<JsonNode> onEvent, Consumer<HostSession> onDeath) {
    this.process = process;
    this.onEvent = onEvent;
    this.onDeath = onDeath;
  }

  void open(ObjectNode configuration) {
    process.send(configuration);
    process.carry(this::hear, this::die);
  }

  Run start(RunRequest request, RunListener listener) {
    String id = request.jobId() + "/" + request.attempt() + "/" + numbers.incrementAndGet();
    HostRun run = new HostRun(id, listener, process);
    if (add(runs, id, run)) {
      process.send(HostMessages.run(id, request));
    } else {
      run.end(notBegun("The executor has just died"));
      run.release();
    }
    return run;
  }

  Uni<BuildOutcome> build(BuildRequest request) {
    String id = "build-" + numbers.incrementAndGet();
    CompletableFuture<BuildOutcome> outcome = new CompletableFuture<>();
    if (add(builds, id, outcome)) {
      process.send(HostMessages.build(id, request));
    } else {
      outcome.complete(new BuildOutcome.Interrupted("The executor has just died"));
    }
    return Uni.createFrom().completionStage(outcome);
  }

  /** Runs the action when the host has swept up after earlier ones, or has died before it could. */
  void afterOpening(Runnable action) {
    opened.whenComplete((done, failure) -> action.run());
  }

  /** What keeps it from running jobs, empty: nothing. Ends when it has opened or died. */
  Uni<Optional<String>> obstacle() {
    return Uni.createFrom()
        .completionStage(opened)
        .onFailure()
        .recoverWithItem(() -> Optional.of(diedEarly()));
  }

  /** Ends it if it can run no job and builds nothing: the next one looks for a browser again. */
  void endIfUseless() {
    if (wasOpen() && opened.join().isPresent() && runs.isEmpty() && builds.isEmpty()) {
      process.end();
    }
  }

  boolean wasOpen() {
    return opened.isDone() && !opened.isCompletedExceptionally();
  }

  synchronized boolean isDead() {
    return dead;
  }

  long pid() {
    return process.pid();
  }

  String lastComplaint() {
    return process.lastComplaint();
  }

  void stop() {
    process.stop();
  }

  void releaseAll() {
    runs.values().forEach(HostRun::release);
    runs.clear();
  }

  private synchronized <T> boolean add(Map<String, T> map, String id, T value) {
    if (!dead) {
      map.put(id, value);
    }
    return !dead;
  }

  private String diedEarly() {
    return "The executor died before it was ready: " + lastComplaint();
  }

  private static RunOutcome notBegun(String reason) {
    return new RunOutcome.Failed(RunOutcome.FailureKind.LAUNCH_FAILED, reason, null);
  }

  private void hear(JsonNode message) {
    if (message.has("run")) {
      hearOfRun(message.path("run").asText(), message);
    } else if (message.has("build")) {
      hearOfBuild(message.path("build").asText(), message);
    } else {
      if (message.path("type").asText().equals("configured")) {
        opened.complete(HostMessages.obstacle(message));
      }
      onEvent.accept(message);
    }
  }

  private void hearOfRun(String id, JsonNode message) {
    HostRun run = runs.get(id);
    if (run == null) {
      return;
    }
    switch (message.path("type").asText()) {
      case "released" -> run.release();
      case "log_ended" -> runs.remove(id);
      default -> run.hear(message);
    }
  }

  private void hearOfBuild(String id, JsonNode message) {
    CompletableFuture<BuildOutcome> outcome = builds.remove(id);
    if (outcome != null) {
      outcome.complete(
          message.path("type").asText().equals("built")
              ? HostMessages.built(message)
              : HostMessages.rejected(message));
    }
  }

  private void die() {
    synchronized (this) {
      dead = true;
    }
    String reason = "The executor died";
    RunOutcome end = wasOpen() ? new RunOutcome.Lost(reason) : notBegun(diedEarly());
    List.copyOf(runs.values()).forEach(run -> run.end(end));
    builds.values().forEach(build -> build.complete(new BuildOutcome.Interrupted(reason)));
    opened.completeExceptionally(new IllegalStateException(reason));
    onDeath.accept(this);
  }
}
