package io.impresario.job.submission;

import io.impresario.events.spec.BrowserOptions;
import io.impresario.rpc.Ids;
import io.quarkus.test.Mock;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Every workflow is deployed but {@code unknown}; one with "credential" in its name wants one. */
@Mock
@ApplicationScoped
public class AnyWorkflow implements WorkflowLookup {
  @Override
  public Uni<Optional<ReadyWorkflow>> find(SqlConnection tx, UUID tenant, String workflow) {
    if (workflow.equals("unknown")) {
      return Uni.createFrom().item(Optional.empty());
    }
    List<String> credentials =
        workflow.contains("missing")
            ? List.of("absent")
            : workflow.contains("credential") ? List.of("shop") : List.of();
    return Uni.createFrom()
        .item(
            Optional.of(
                new ReadyWorkflow(
                    Ids.named(tenant, workflow),
                    Ids.named(tenant, "deployment"),
                    1,
                    credentials,
                    BrowserOptions.NONE)));
  }
}
