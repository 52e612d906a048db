package io.impresario.job.submission;

import io.impresario.events.spec.BrowserOptions;
import java.util.List;
import java.util.UUID;

/** The newest ready deployment of a workflow, with what the workflow declares for its runs. */
public record ReadyWorkflow(
    UUID workflowId,
    UUID deploymentId,
    int version,
    List<String> credentialNames,
    BrowserOptions browser) {}
