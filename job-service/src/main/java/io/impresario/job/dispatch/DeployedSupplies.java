package io.impresario.job.dispatch;

import io.impresario.job.bundle.BundleCache;
import io.impresario.job.credential.CredentialVault;
import io.impresario.job.executor.ExecutorHost;
import io.impresario.job.executor.Run;
import io.impresario.job.executor.RunListener;
import io.impresario.job.executor.RunRequest;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** The deployed bundles, the tenant's credentials and the executor of this instance. */
@ApplicationScoped
@DefaultBean
class DeployedSupplies implements RunSupplies {
  private final BundleCache bundles;
  private final CredentialVault vault;
  private final ExecutorHost executor;

  DeployedSupplies(BundleCache bundles, CredentialVault vault, ExecutorHost executor) {
    this.bundles = bundles;
    this.vault = vault;
    this.executor = executor;
  }

  @Override
  public Uni<RunRequest.Bundle> bundle(UUID deployment) {
    return bundles.ensure(deployment);
  }

  @Override
  public Uni<Map<String, String>> credentials(UUID tenant, List<String> names) {
    return vault
        .reveal(tenant, names)
        .map(
            revealed ->
                revealed.values().entrySet().stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().value())));
  }

  @Override
  public Run start(RunRequest request, RunListener listener) {
    return executor.start(request, listener);
  }
}
