package io.impresario.job.submission;

import io.impresario.events.Viewport;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The newest ready deployment of a workflow, with what the workflow declares for its runs. */
public record ReadyWorkflow(
    UUID workflowId,
    UUID deploymentId,
    int version,
    List<String> credentialNames,
    @Nullable String startUrl,
    @Nullable Viewport viewport,
    boolean gpu) {}
