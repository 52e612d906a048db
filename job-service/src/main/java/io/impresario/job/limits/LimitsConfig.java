package io.impresario.job.limits;

import io.smallrye.config.ConfigMapping;

/** Limits for whom the table {@code job_limits} says nothing else. */
@ConfigMapping(prefix = "impresario.limits")
public interface LimitsConfig {

  /** Jobs of one tenant that run at once, over all replicas. */
  int tenantRunning();

  /** Jobs of one workflow that run at once, over all replicas. */
  int workflowRunning();

  /** Jobs of one tenant that wait. */
  int tenantQueued();
}
