package io.impresario.job.dispatch;

import io.impresario.job.executor.Run;
import io.impresario.job.executor.RunListener;
import io.impresario.job.executor.RunOutcome;
import io.impresario.job.executor.RunRequest;
import io.quarkus.test.Mock;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An executor whose runs are scripted by the name of their workflow, up to the first dash: {@code
 * echo} returns its input, {@code hang} never returns, {@code deaf} does not even react to a
 * cancel, {@code throw} throws, {@code stuck} never starts, {@code lost} is lost, {@code leak}
 * tells its credential, {@code clockless} hangs and has a clock that stands still.
 */
@Mock
@ApplicationScoped
public class ScriptedSupplies implements RunSupplies {
  private final ScheduledExecutorService thread = Executors.newScheduledThreadPool(2);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();

  @PreDestroy
  void stop() {
    thread.shutdownNow();
  }

  public int running() {
    return running.get();
  }

  public int mostRunning() {
    return mostRunning.getAndSet(0);
  }

  @Override
  public Uni<RunRequest.Bundle> bundle(UUID deployment) {
    return Uni.createFrom().item(new RunRequest.Bundle(Path.of("/nowhere"), "index.js"));
  }

  @Override
  public Uni<Map<String, String>> credentials(UUID tenant, List<String> names) {
    return Uni.createFrom().item(names.contains("shop") ? Map.of("shop", "hunter2") : Map.of());
  }

  @Override
  public Run start(RunRequest request, RunListener listener) {
    ScriptedRun run = new ScriptedRun(request, listener);
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    thread.execute(run::begin);
    return run;
  }

  private final class ScriptedRun implements Run {
    private final RunRequest request;
    private final RunListener listener;
    private final String script;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    ScriptedRun(RunRequest request, RunListener listener) {
      this.request = request;
      this.listener = listener;
      this.script = request.workflow().split("-", 2)[0];
    }

    void begin() {
      if (script.equals("stuck")) {
        return;
      }
      listener.browserReady();
      listener.started(script.equals("clockless") ? Instant.EPOCH : Instant.now());
      listener.log(
          new RunListener.Line(
              1,
              RunListener.Line.Level.INFO,
              RunListener.Line.Source.CONSOLE,
              request.input(),
              Instant.now()));
      switch (script) {
        case "echo" -> end(new RunOutcome.Completed(request.input()));
        case "nap" ->
            thread.schedule(() -> end(new RunOutcome.Completed("null")), 50, TimeUnit.MILLISECONDS);
        case "throw" ->
            end(
                new RunOutcome.Failed(
                    RunOutcome.FailureKind.USER_ERROR, "boom\0", "at index.ts:3:4"));
        case "leak" ->
            end(
                new RunOutcome.Failed(
                    RunOutcome.FailureKind.USER_ERROR, "wrong password " + request.input(), null));
        case "lost" -> end(new RunOutcome.Lost("the host died"));
        default -> {}
      }
    }

    @Override
    public CompletionStage<Void> cancel() {
      if (!script.equals("deaf")) {
        end(new RunOutcome.Cancelled());
      }
      return released;
    }

    @Override
    public CompletionStage<Void> kill() {
      end(new RunOutcome.Lost("killed"));
      return released;
    }

    @Override
    public CompletionStage<Void> released() {
      return released;
    }

    private void end(RunOutcome end) {
      if (ended.compareAndSet(false, true)) {
        thread.execute(
            () -> {
              listener.ended(end);
              running.decrementAndGet();
              released.complete(null);
            });
      }
    }
  }
}
