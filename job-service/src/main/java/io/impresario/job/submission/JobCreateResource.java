package io.impresario.job.submission;

import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcRequest;
import io.impresario.targets.TargetGuard;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** {@code jobs/create}. */
@Path("/v1/jobs/create")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class JobCreateResource {
  private static final int MAX_NONCE = 255;

  private final JobSubmission submission;
  private final JobOrderReader reader;

  JobCreateResource(JobSubmission submission, TargetGuard guard) {
    this.submission = submission;
    this.reader = new JobOrderReader(guard);
  }

  /** The status is "running" from a client's view, also while the job waits for a slot. */
  record CreatedJob(boolean success, UUID job_id, String status, String message) {
    static CreatedJob of(UUID id) {
      return new CreatedJob(true, id, "running", "Job started");
    }
  }

  @POST
  public Uni<CreatedJob> create(RpcRequest request) {
    Input input = request.input();
    Caller caller = request.caller();
    JobOrder order = reader.read(input);
    String nonce = input.optionalText("nonce", 1, MAX_NONCE);
    input.check();
    return submission
        .submit(caller.tenantId(), order, nonce, request.traceparent())
        .map(CreatedJob::of);
  }
}
