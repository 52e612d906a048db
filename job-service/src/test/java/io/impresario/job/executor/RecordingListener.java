package io.impresario.job.executor;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Keeps what it hears. */
final class RecordingListener implements RunListener {
  final CompletableFuture<Void> ready = new CompletableFuture<>();
  final CompletableFuture<Instant> started = new CompletableFuture<>();
  final List<RunListener.Line> lines = new CopyOnWriteArrayList<>();
  final List<RunListener.Artifact> artifacts = new CopyOnWriteArrayList<>();
  final CompletableFuture<RunOutcome> end = new CompletableFuture<>();
  volatile int ends;

  @Override
  public void browserReady() {
    ready.complete(null);
  }

  @Override
  public void started(Instant at) {
    started.complete(at);
  }

  @Override
  public void log(RunListener.Line entry, Runnable taken) {
    lines.add(entry);
    taken.run();
  }

  @Override
  public void artifact(RunListener.Artifact artifact) {
    artifacts.add(artifact);
  }

  @Override
  public void ended(RunOutcome how) {
    ends++;
    end.complete(how);
  }

  RunOutcome awaitEnd() throws Exception {
    return end.get(60, TimeUnit.SECONDS);
  }

  List<String> said(RunListener.Line.Source source) {
    return lines.stream()
        .filter(line -> line.source() == source)
        .map(line -> line.level() + " " + line.message())
        .toList();
  }
}
