package io.impresario.job.submission;

import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.events.JsonText;
import io.impresario.events.spec.JobSpec;
import io.impresario.rpc.Ids;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcRequest;
import io.impresario.rpc.fields.SpecFields;
import io.impresario.sealing.KeyRing;
import io.impresario.targets.TargetGuard;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.UUID;

/** {@code jobs/create}. */
@Path("/v1/jobs/create")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
class JobCreateResource {
  private static final int MAX_NAME = 200;
  private static final int MAX_NONCE = 255;
  private static final int MAX_PARAMS_BYTES = 1024 * 1024;

  /** A client's own bookkeeping, which the workflow must not see. */
  private static final String CLIENT_KEY = "__libretto";

  /** What a job asks for that says nothing. */
  private static final JobSpec DEFAULT = JobSpec.ofTimeout(1800);

  private final JobSubmission submission;
  private final TargetGuard guard;
  private final KeyRing keys;
  private final Clock clock;

  JobCreateResource(JobSubmission submission, TargetGuard guard, KeyRing keys, Clock clock) {
    this.submission = submission;
    this.guard = guard;
    this.keys = keys;
    this.clock = clock;
  }

  /** The status is "running" from a client's view, also while the job waits for a slot. */
  record CreatedJob(boolean success, UUID jobId, String status, String message) {
    static CreatedJob of(UUID id) {
      return new CreatedJob(true, id, "running", "Job started");
    }
  }

  @POST
  public Uni<CreatedJob> create(RpcRequest request) {
    Input input = request.input();
    String workflow = input.requiredText("workflow", 1, MAX_NAME);
    JsonText params =
        input.objectWithout(CLIENT_KEY, "params", JsonText.EMPTY_OBJECT, MAX_PARAMS_BYTES);
    SpecFields fields = SpecFields.read(input, guard, SpecFields.Call.CREATE_JOB);
    String nonce = input.optionalText("nonce", 1, MAX_NONCE);
    input.check();

    UUID id = Ids.next(clock);
    String context = SealedCallbackSecrets.context(id);
    JobRequested job =
        new JobRequested(
            id,
            request.caller().tenantId(),
            workflow,
            params,
            fields.over(DEFAULT, secret -> keys.seal(secret, context)),
            JobSource.API,
            null,
            null,
            nonce,
            clock.instant());
    return submission.submit(job, request.traceparent()).map(CreatedJob::of);
  }
}
