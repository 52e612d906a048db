package io.impresario.job.lease;

import java.util.UUID;

/** A run of this instance, as far as leases and cancels are concerned. */
public interface ActiveRun {
  UUID jobId();

  int attempt();

  /** A client has asked for its end. May be called repeatedly. */
  void cancel();

  /** The job is not ours any more: stop it, and say nothing more about it. */
  void lose();
}
