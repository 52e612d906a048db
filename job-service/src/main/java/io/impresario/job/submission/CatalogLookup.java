package io.impresario.job.submission;

import io.impresario.job.workflow.WorkflowCatalog;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Asks the catalog of deployed workflows. */
@ApplicationScoped
@DefaultBean
class CatalogLookup implements WorkflowLookup {
  private final WorkflowCatalog catalog;

  CatalogLookup(WorkflowCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public Uni<Optional<ReadyWorkflow>> find(SqlConnection tx, UUID tenant, String workflow) {
    return catalog.resolve(tx, tenant, workflow).map(CatalogLookup::ready);
  }

  /** The API has one answer for a name that is not ready and for one that is not known. */
  private static Optional<ReadyWorkflow> ready(WorkflowCatalog.Resolution resolution) {
    if (resolution instanceof WorkflowCatalog.Serving serving) {
      return Optional.of(
          new ReadyWorkflow(
              serving.workflowId(),
              serving.deploymentId(),
              serving.version(),
              serving.credentialNames(),
              serving.startUrl(),
              serving.viewport(),
              serving.gpu()));
    }
    return Optional.empty();
  }
}
