package io.impresario.job.lease;

import io.impresario.job.lease.JobCancellation.Outcome;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** {@code jobs/cancel}. */
@Path("/v1/jobs/cancel")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
class JobCancelResource {
  private final JobCancellation cancellation;

  JobCancelResource(JobCancellation cancellation) {
    this.cancellation = cancellation;
  }

  record CancelledJob(boolean success, String message) {}

  @POST
  public Uni<CancelledJob> cancel(RpcRequest request) {
    UUID job = request.input().requiredUuid("id");
    request.input().check();
    return cancellation.cancel(request.caller().tenantId(), job).map(JobCancelResource::answer);
  }

  private static CancelledJob answer(Outcome outcome) {
    return switch (outcome) {
      case CANCELLED -> new CancelledJob(true, "Job cancelled");
      case STOPPING -> new CancelledJob(true, "Job is being cancelled");
      case ENDED_BEFORE -> throw RpcException.conflict("job_ended", "The job has already ended");
      case UNKNOWN_JOB -> throw RpcException.notFound("Job not found");
    };
  }
}
