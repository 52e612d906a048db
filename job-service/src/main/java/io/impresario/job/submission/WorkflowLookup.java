package io.impresario.job.submission;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.UUID;

/** Finds the deployment that new jobs of a workflow run on. */
public interface WorkflowLookup {
  /** Empty when the tenant has no ready deployment with this workflow. */
  Uni<Optional<ReadyWorkflow>> find(SqlConnection tx, UUID tenant, String workflow);
}
