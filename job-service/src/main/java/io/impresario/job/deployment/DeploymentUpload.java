package io.impresario.job.deployment;

import io.impresario.job.DataDirectory;
import io.impresario.job.deployment.DeploymentStore.NewDeployment;
import io.impresario.rpc.Ids;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcUpload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Takes an uploaded source in. */
@ApplicationScoped
class DeploymentUpload {
  private static final Logger LOG = Logger.getLogger(DeploymentUpload.class);
  private static final int MAX_DESCRIPTION = 2000;

  /**
   * Each keeps a worker thread for as long as its client takes. Launches and everything else that
   * blocks share some two hundred of them.
   */
  private static final int AT_ONCE = 32;

  private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

  private final DeploymentStore store;
  private final BuildSignal signal;
  private final DataDirectory data;
  private final Vertx vertx;
  private final Clock clock;
  private final Semaphore places = new Semaphore(AT_ONCE);

  DeploymentUpload(
      DeploymentStore store, BuildSignal signal, DataDirectory data, Vertx vertx, Clock clock) {
    this.store = store;
    this.signal = signal;
    this.data = data;
    this.vertx = vertx;
    this.clock = clock;
  }

  record Taken(UUID id, Instant createdAt) {}

  /** Blocks while the body arrives. */
  Uni<Taken> take(RpcUpload request) throws IOException {
    if (!places.tryAcquire()) {
      throw RpcException.unavailable("Too many uploads are arriving at once", TRY_AGAIN);
    }
    try {
      return receive(request);
    } finally {
      places.release();
    }
  }

  private Uni<Taken> receive(RpcUpload request) throws IOException {
    UUID id = Ids.next(clock);
    Path file = data.folder(LeftoverSweeper.UPLOADS).resolve(id.toString());
    try {
      UploadedSource source = UploadReader.read(request.body(), file);
      NewDeployment deployment = judge(request, id, source);
      return store
          .insert(deployment, file)
          .eventually(() -> vertx.fileSystem().delete(file.toString()))
          .invoke(
              created ->
                  LOG.infof(
                      "deployment.created deployment_id=%s tenant_id=%s", id, deployment.tenant()))
          .invoke(signal::wake)
          .map(created -> new Taken(id, created));
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private static NewDeployment judge(RpcUpload request, UUID id, UploadedSource source) {
    Input input = request.input(source.envelope());
    input.requiredText("source", 1, Integer.MAX_VALUE);
    String entryPoint = EntryPoint.read(input);
    String description = input.optionalText("description", 0, MAX_DESCRIPTION);
    boolean autoRepair = input.bool("auto_repair", false);
    input.check();
    if (autoRepair) {
      input.warn("'auto_repair' has no effect: no agent here repairs workflows");
    }
    return new NewDeployment(
        id, request.caller().tenantId(), entryPoint, description, autoRepair, source.broken());
  }
}
