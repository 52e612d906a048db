package io.impresario.job.dispatch;

import io.impresario.job.executor.Run;
import io.impresario.job.executor.RunListener;
import io.impresario.job.executor.RunRequest;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a run needs of the other features. */
interface RunSupplies {
  /** The deployment's bundle on this machine's disk. */
  Uni<RunRequest.Bundle> bundle(UUID deployment);

  /** The values of those of the names that exist. */
  Uni<Map<String, String>> credentials(UUID tenant, List<String> names);

  /** See {@link io.impresario.job.executor.ExecutorHost#start}. */
  Run start(RunRequest request, RunListener listener);
}
