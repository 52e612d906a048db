package io.impresario.job.workflow;

import io.impresario.events.spec.SpecDocument;
import io.impresario.job.executor.BuildOutcome;
import io.impresario.rpc.Ids;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** Puts a deployment's workflows into service. */
@ApplicationScoped
public class WorkflowPublication {
  private static final String NEWER =
      "(EXCLUDED.deployed_at, EXCLUDED.deployment_id) > (w.deployed_at, w.deployment_id)";

  /**
   * A deployment that was uploaded before the serving one but built after it gets its number and
   * does not take over.
   */
  private static final String TAKE_OVER =
      """
      INSERT INTO workflow AS w
        (id, tenant_id, name, deployment_id, deployed_at, version, latest_version)
      VALUES ($1, $2, $3, $4, $5, 1, 1)
      ON CONFLICT (tenant_id, name) DO UPDATE SET
        latest_version = w.latest_version + 1,
        deployment_id = CASE WHEN %1$s THEN EXCLUDED.deployment_id ELSE w.deployment_id END,
        deployed_at = CASE WHEN %1$s THEN EXCLUDED.deployed_at ELSE w.deployed_at END,
        version = CASE WHEN %1$s THEN w.latest_version + 1 ELSE w.version END,
        updated_at = CASE WHEN %1$s THEN now() ELSE w.updated_at END
      RETURNING id, latest_version
      """
          .formatted(NEWER);

  private static final String ADD_VERSION =
      """
      INSERT INTO workflow_version (workflow_id, version, tenant_id, deployment_id, name,
        credential_names, input_schema, output_schema, auth_profile_name, browser, source_file)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      """;

  private final Clock clock;

  WorkflowPublication(Clock clock) {
    this.clock = clock;
  }

  /** The deployment that brings the workflows. */
  public record Origin(UUID tenant, UUID deployment, OffsetDateTime createdAt) {}

  /**
   * In the order of their names, so that two publications of one tenant cannot block each other.
   */
  public Uni<Void> publish(
      SqlConnection tx, Origin origin, List<BuildOutcome.FoundWorkflow> workflows) {
    return Multi.createFrom()
        .iterable(
            workflows.stream()
                .sorted(Comparator.comparing(BuildOutcome.FoundWorkflow::name))
                .toList())
        .onItem()
        .transformToUniAndConcatenate(workflow -> publish(tx, origin, workflow))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Boolean> publish(
      SqlConnection tx, Origin origin, BuildOutcome.FoundWorkflow workflow) {
    Tuple takeOver =
        Tuple.tuple()
            .addUUID(Ids.next(clock))
            .addUUID(origin.tenant())
            .addString(workflow.name())
            .addUUID(origin.deployment())
            .addOffsetDateTime(origin.createdAt());
    return tx.preparedQuery(TAKE_OVER)
        .execute(takeOver)
        .map(rows -> rows.iterator().next())
        .flatMap(row -> tx.preparedQuery(ADD_VERSION).execute(version(row, origin, workflow)))
        .replaceWith(true);
  }

  private static Tuple version(Row row, Origin origin, BuildOutcome.FoundWorkflow workflow) {
    return Tuple.tuple()
        .addUUID(row.getUUID("id"))
        .addInteger(row.getInteger("latest_version"))
        .addUUID(origin.tenant())
        .addUUID(origin.deployment())
        .addString(workflow.name())
        .addArrayOfString(workflow.credentialNames().toArray(String[]::new))
        .addString(workflow.inputSchema())
        .addString(workflow.outputSchema())
        .addString(workflow.authProfileName())
        .addString(SpecDocument.write(workflow.browser()))
        .addString(workflow.sourceFile());
  }
}
