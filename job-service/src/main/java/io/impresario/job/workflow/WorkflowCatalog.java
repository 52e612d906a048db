package io.impresario.job.workflow;

import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.SpecDocument;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Tells what a new job of a workflow runs. */
@ApplicationScoped
public class WorkflowCatalog {
  private static final String SERVING =
      """
      SELECT v.workflow_id, v.deployment_id, v.version, v.credential_names, v.browser
      FROM workflow w JOIN workflow_version v ON v.workflow_id = w.id AND v.version = w.version
      WHERE w.tenant_id = $1 AND w.name = $2
      """;

  private static final String ANNOUNCED =
      """
      SELECT id FROM deployment
      WHERE tenant_id = $1 AND status = 'building' AND $2 = ANY(announced) LIMIT 1
      """;

  /** What a name stands for at this moment. */
  public sealed interface Resolution {}

  /**
   * The newest ready deployment of the workflow, with what it declares for its runs.
   *
   * @param version counts the workflow's deployments from 1
   * @param credentialNames trimmed, lower case
   * @param browser what holds where a job does not ask for anything else
   */
  public record Serving(
      UUID workflowId,
      UUID deploymentId,
      int version,
      List<String> credentialNames,
      BrowserOptions browser)
      implements Resolution {}

  /** No deployment is ready, but one that promises the name is being built. */
  public record NotReady(UUID deploymentId) implements Resolution {}

  /** The tenant has no such workflow. */
  public record Unknown() implements Resolution {}

  public Uni<Resolution> resolve(SqlConnection tx, UUID tenant, String workflow) {
    Tuple name = Tuple.of(tenant, workflow);
    return tx.preparedQuery(SERVING)
        .execute(name)
        .flatMap(
            rows ->
                rows.size() == 0
                    ? tx.preparedQuery(ANNOUNCED).execute(name).map(WorkflowCatalog::announced)
                    : Uni.createFrom().item(serving(rows.iterator().next())));
  }

  private static Resolution announced(RowSet<Row> rows) {
    return rows.size() == 0 ? new Unknown() : new NotReady(rows.iterator().next().getUUID("id"));
  }

  private static Serving serving(Row row) {
    return new Serving(
        row.getUUID("workflow_id"),
        row.getUUID("deployment_id"),
        row.getInteger("version"),
        List.of(row.getArrayOfStrings("credential_names")),
        SpecDocument.readBrowser(row.getString("browser")));
  }
}
