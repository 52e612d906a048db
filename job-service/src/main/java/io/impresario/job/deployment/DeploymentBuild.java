package io.impresario.job.deployment;

import io.impresario.job.DataDirectory;
import io.impresario.job.archive.FileTree;
import io.impresario.job.archive.Packing;
import io.impresario.job.bundle.ArchiveChunks;
import io.impresario.job.bundle.ArchiveKind;
import io.impresario.job.deployment.BuildQueue.Claim;
import io.impresario.job.executor.BuildOutcome;
import io.impresario.job.executor.BuildOutcome.Notes;
import io.impresario.job.executor.BuildRequest;
import io.impresario.job.executor.ExecutorHost;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Does one build: fetch, unpack, build in the sandbox, pack, publish. */
@ApplicationScoped
class DeploymentBuild {
  private static final int MAX_ERROR = 16 << 10;

  private final BuildQueue queue;
  private final ArchiveChunks chunks;
  private final ExecutorHost executor;
  private final DataDirectory data;
  private final BuildConfig config;

  DeploymentBuild(
      BuildQueue queue,
      ArchiveChunks chunks,
      ExecutorHost executor,
      DataDirectory data,
      BuildConfig config) {
    this.queue = queue;
    this.chunks = chunks;
    this.executor = executor;
    this.data = data;
    this.config = config;
  }

  /** The folders of one attempt. */
  private record Workplace(Path root) {
    Path source() {
      return root.resolve("source.tar.gz");
    }

    Path tree() {
      return root.resolve("tree");
    }

    Path bundle() {
      return root.resolve("bundle.tar.gz");
    }
  }

  /** How a build ended, for the log. */
  enum Result {
    READY,
    FAILED,
    GIVEN_BACK,
    LEASE_LOST
  }

  Uni<Result> run(Claim claim) {
    if (claim.attempt() > config.maxAttempts()) {
      int times = config.maxAttempts();
      String error = "The build was interrupted " + times + " times; deploy it again.";
      return fail(claim, new BuildOutcome.Rejected(error, Notes.NONE));
    }
    return blocking(() -> prepare(claim))
        .flatMap(
            place ->
                fetch(claim, place)
                    .flatMap(fetched -> build(claim, place))
                    .eventually(() -> cleanUp(place)));
  }

  private Workplace prepare(Claim claim) throws IOException {
    Path root =
        data.folder(LeftoverSweeper.BUILDS).resolve(claim.deployment() + "-" + claim.attempt());
    FileTree.delete(root);
    return new Workplace(Files.createDirectories(root));
  }

  private Uni<Boolean> fetch(Claim claim, Workplace place) {
    return chunks.fetch(claim.deployment(), ArchiveKind.SOURCE, place.source());
  }

  private Uni<Result> build(Claim claim, Workplace place) {
    return blocking(() -> SourceTree.unpack(place.source(), place.tree(), claim.entryPoint()))
        .flatMap(
            source ->
                source.wrong() != null
                    ? fail(claim, source)
                    : blocking(() -> Announcement.in(place.tree()))
                        .flatMap(names -> announce(claim, names))
                        .flatMap(announced -> inSandbox(claim, place, source)));
  }

  private Uni<Result> fail(Claim claim, SourceTree.Unpacked source) {
    String wrong = String.valueOf(source.wrong());
    return fail(claim, new BuildOutcome.Rejected(wrong, Notes.NONE.after(source.warnings())));
  }

  private Uni<Void> announce(Claim claim, List<String> names) {
    return names.isEmpty() ? Uni.createFrom().voidItem() : queue.announce(claim, names);
  }

  private Uni<Result> inSandbox(Claim claim, Workplace place, SourceTree.Unpacked source) {
    BuildRequest request =
        new BuildRequest(claim.tenant().toString(), place.tree(), claim.entryPoint());
    return executor
        .build(request)
        .map(outcome -> outcome.after(source.warnings()))
        .flatMap(outcome -> conclude(claim, place, outcome));
  }

  private Uni<Result> conclude(Claim claim, Workplace place, BuildOutcome outcome) {
    if (outcome instanceof BuildOutcome.Built built) {
      return publish(claim, place, built);
    }
    if (outcome instanceof BuildOutcome.Rejected rejected) {
      return fail(claim, rejected);
    }
    return queue.release(claim).replaceWith(Result.GIVEN_BACK);
  }

  private Uni<Result> publish(Claim claim, Workplace place, BuildOutcome.Built built) {
    Optional<String> wrong = FoundNames.problem(built.workflows());
    if (wrong.isPresent()) {
      return fail(claim, new BuildOutcome.Rejected(wrong.get(), built.notes()));
    }
    return blocking(
            () -> {
              Packing.pack(place.tree(), place.bundle());
              return place.bundle();
            })
        .flatMap(bundle -> queue.finish(claim, bundle, built))
        .map(done -> done ? Result.READY : Result.LEASE_LOST);
  }

  /** PostgreSQL takes no NUL; the end of a tool's output says more than its beginning. */
  private Uni<Result> fail(Claim claim, BuildOutcome.Rejected rejected) {
    String clean = rejected.error().replace('\0', '?').strip();
    int from = Math.max(0, clean.length() - MAX_ERROR);
    return queue
        .fail(
            claim, clean.isEmpty() ? "The build failed." : clean.substring(from), rejected.notes())
        .map(done -> done ? Result.FAILED : Result.LEASE_LOST);
  }

  private static Uni<Boolean> cleanUp(Workplace place) {
    return blocking(
        () -> {
          FileTree.delete(place.root());
          return true;
        });
  }

  private static <T> Uni<T> blocking(Callable<T> work) {
    return Uni.createFrom()
        .item(
            () -> {
              try {
                return work.call();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            })
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }
}
