package io.impresario.job.executor;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** A run as the host's messages tell of it. Messages arrive on the reader's thread only. */
final class HostRun implements Run {
  private static final Logger LOG = Logger.getLogger(HostRun.class);

  private final String id;
  private final RunListener listener;
  private final HostProcess host;
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final AtomicBoolean ended = new AtomicBoolean();

  HostRun(String id, RunListener listener, HostProcess host) {
    this.id = id;
    this.listener = listener;
    this.host = host;
  }

  @Override
  public void cancel() {
    host.send(HostMessages.ofRun("cancel", id));
  }

  @Override
  public void kill() {
    host.send(HostMessages.ofRun("kill", id));
  }

  @Override
  public Uni<Void> released() {
    return Uni.createFrom().completionStage(released);
  }

  void hear(JsonNode message) {
    switch (message.path("type").asText()) {
      case "ready" -> listener.browserReady();
      case "started" -> listener.started(Instant.ofEpochMilli(message.path("at").asLong()));
      case "log" -> log(HostMessages.line(message));
      case "artifact" -> listener.artifact(HostMessages.artifact(message));
      case "completed" -> end(new RunOutcome.Completed(message.path("json").asText()));
      case "failed" -> end(HostMessages.failed(message));
      case "cancelled" -> end(new RunOutcome.Cancelled());
      case "lost" -> end(new RunOutcome.Lost(message.path("reason").asText()));
      default -> LOG.warnf("executor.message_ignored run=%s type=%s", id, message.path("type"));
    }
  }

  private void log(RunListener.Line line) {
    listener.log(line, () -> host.send(HostMessages.taken(id, line.seq())));
  }

  void end(RunOutcome outcome) {
    if (ended.compareAndSet(false, true)) {
      listener.ended(outcome);
    }
  }

  void release() {
    released.complete(null);
  }
}
