package io.impresario.job.dispatch;

import io.impresario.job.executor.BundleLocation;
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

/** The deployed bundles, the tenant's credentials and the executor of this instance. */
@ApplicationScoped
@DefaultBean
class DeployedSupplies implements RunSupplies {
  private final ExecutorHost executor;

  DeployedSupplies(ExecutorHost executor) {
    this.executor = executor;
  }

  @Override
  public Uni<BundleLocation> bundle(UUID deployment) {
    return Uni.createFrom().failure(new IllegalStateException("no bundles yet"));
  }

  @Override
  public Uni<Map<String, String>> credentials(UUID tenant, List<String> names) {
    return Uni.createFrom().item(Map.of());
  }

  @Override
  public Run start(RunRequest request, RunListener listener) {
    return executor.start(request, listener);
  }
}
