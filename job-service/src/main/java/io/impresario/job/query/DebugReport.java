package io.impresario.job.query;

import io.impresario.events.JsonText;
import io.impresario.job.lifecycle.JobStatus;
import io.impresario.rpc.RpcException;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What {@code jobs/debugReport} answers; no agent has looked at it, so it is complete at once. */
record DebugReport(
    UUID jobId,
    String debugAgentStatus,
    String debugAgentMode,
    @Nullable String error,
    String tldr,
    String handoffPrompt,
    @Nullable String screenshotUrl,
    @Nullable String domSnapshotUrl,
    @Nullable String autofixSummary,
    @Nullable UUID autofixDeploymentId,
    @Nullable Instant emailSentAt,
    String jobError,
    @Nullable String jobMappedStack,
    JsonText jobParams,
    String jobWorkflow) {

  /**
   * @throws RpcException 404 when the job has not failed
   */
  static DebugReport of(Row row) {
    if (JobStatus.of(row.getString("status")) != JobStatus.FAILED) {
      throw RpcException.notFound("Only a failed job has a report", "no_report");
    }
    String error = row.getString("error");
    String stack = row.getString("mapped_stack");
    String workflow = row.getString("workflow");
    String failure = row.getString("failure_code");
    return new DebugReport(
        row.getUUID("id"),
        "completed",
        "readonly",
        null,
        "The workflow '" + workflow + "' failed (" + failure + "): " + firstLine(error),
        prompt(workflow, failure, error, stack, row.getString("params")),
        null,
        null,
        null,
        null,
        null,
        error,
        stack,
        new JsonText(row.getString("params")),
        workflow);
  }

  private static String firstLine(String error) {
    return error.lines().findFirst().orElse("");
  }

  private static String prompt(
      String workflow, String failure, String error, @Nullable String stack, String params) {
    return """
        A run of the browser workflow "%s" failed with %s.

        Error:
        %s

        Stack, mapped to the workflow's sources:
        %s

        Input:
        %s

        Find the cause in the workflow's sources and propose the smallest change that removes it.
        """
        .formatted(workflow, failure, error, stack == null ? "(none)" : stack, params);
  }
}
