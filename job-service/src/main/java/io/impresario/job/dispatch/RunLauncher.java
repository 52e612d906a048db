package io.impresario.job.dispatch;

import io.impresario.job.bundle.BundleCache;
import io.impresario.job.bundle.BundleConfig;
import io.impresario.job.credential.CredentialVault;
import io.impresario.job.executor.ExecutorHost;
import io.impresario.job.executor.Run;
import io.impresario.job.executor.RunRequest;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.job.proxy.ProxyChoice;
import io.impresario.sealing.Secret;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.Uni;
import io.vertx.core.file.FileSystemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Brings together what a run needs and hands it to the executor. */
@ApplicationScoped
class RunLauncher {
  private static final Logger LOG = Logger.getLogger(RunLauncher.class);

  private final BundleCache bundles;
  private final CredentialVault vault;
  private final ExecutorHost executor;
  private final ProxyChoice proxies;
  private final LaunchBreaker breaker;
  private final RunReports reports;
  private final Duration fetchLimit;
  private final Duration launchLimit;
  private final Path artifacts;

  RunLauncher(
      BundleCache bundles,
      CredentialVault vault,
      ExecutorHost executor,
      ProxyChoice proxies,
      LaunchBreaker breaker,
      RunReports reports,
      BundleConfig bundleConfig,
      DispatchConfig dispatchConfig,
      @ConfigProperty(name = "impresario.job.data-directory") Path data) {
    this.bundles = bundles;
    this.vault = vault;
    this.executor = executor;
    this.proxies = proxies;
    this.breaker = breaker;
    this.reports = reports;
    this.fetchLimit = bundleConfig.fetchLimit();
    this.launchLimit = dispatchConfig.launchLimit();
    this.artifacts = data.toAbsolutePath().resolve("artifacts");
  }

  /**
   * Starts the run, or ends it where that is impossible; never fails.
   *
   * @return ends when the slot is free again, empty when the executor never got it
   */
  Uni<Optional<Run>> launch(JobRun run) {
    ClaimedJob job = run.job();
    return vault
        .reveal(job.tenantId(), job.credentialNames())
        .flatMap(revealed -> start(run, texts(revealed.values())))
        .onFailure()
        .recoverWithItem(failure -> failed(run, failure));
  }

  private Uni<Optional<Run>> start(JobRun run, Map<String, String> credentials) {
    ClaimedJob job = run.job();
    List<String> missing =
        job.credentialNames().stream().filter(name -> !credentials.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      run.endUnstarted(
          new JobEnd.Failed(
              FailureCode.INVALID_INPUT,
              "The workflow declares credentials that do not exist: " + String.join(", ", missing),
              null));
      return Uni.createFrom().item(Optional.empty());
    }
    return run.redact(credentials.values())
        .chain(() -> bundle(job))
        .map(bundle -> start(run, bundle, credentials));
  }

  /** The time limit of the launch begins when the bundle is there; until then its own counts. */
  private Uni<RunRequest.Bundle> bundle(ClaimedJob job) {
    return bundles
        .has(job.deploymentId())
        .flatMap(
            here ->
                here
                    ? bundles.ensure(job.deploymentId())
                    : reports
                        .allow(job, fetchLimit)
                        .chain(() -> bundles.ensure(job.deploymentId()))
                        .ifNoItem()
                        .after(fetchLimit)
                        .failWith(() -> new UncheckedIOException(tooSlow()))
                        .call(() -> reports.allow(job, launchLimit)));
  }

  private IOException tooSlow() {
    return new IOException("The bundle did not arrive within " + fetchLimit.toSeconds() + " s");
  }

  private Optional<Run> start(
      JobRun run, RunRequest.Bundle bundle, Map<String, String> credentials) {
    if (!run.wanted()) {
      run.endUnstarted(new JobEnd.Cancelled());
      return Optional.empty();
    }
    Run started = executor.start(request(run.job(), bundle, credentials), run);
    run.runs(started);
    return Optional.of(started);
  }

  private RunRequest request(
      ClaimedJob job, RunRequest.Bundle bundle, Map<String, String> credentials) {
    Map<String, String> declared =
        credentials.entrySet().stream()
            .filter(entry -> job.credentialNames().contains(entry.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return new RunRequest(
        job.id(),
        job.attempt(),
        bundle,
        job.workflow(),
        RunInput.of(job.params(), declared),
        job.id().toString(),
        job.spec().browser(),
        proxies.choose(job.spec()).orElse(null),
        artifacts.resolve(job.id().toString()),
        Duration.ofSeconds(job.spec().timeoutSeconds()));
  }

  private static Map<String, String> texts(Map<String, Secret> credentials) {
    return credentials.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().value()));
  }

  /** The disk's and the database's faults are not the job's. */
  private Optional<Run> failed(JobRun run, Throwable failure) {
    LOG.warnf(failure, "job.not_launched job_id=%s", run.jobId());
    String error = "The run could not be prepared: " + failure.getMessage();
    JobEnd.Failed end = new JobEnd.Failed(FailureCode.LAUNCH_FAILED, error, null);
    if (SqlFault.passes(failure)) {
      run.giveBack(end);
    } else if (failure instanceof UncheckedIOException
        || failure instanceof IOException
        || failure instanceof FileSystemException) {
      breaker.failed(error);
      run.giveBack(end);
    } else {
      run.endUnstarted(end);
    }
    return Optional.empty();
  }
}
