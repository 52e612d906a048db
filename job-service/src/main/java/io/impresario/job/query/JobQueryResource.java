package io.impresario.job.query;

import io.impresario.job.lifecycle.JobStatus;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Cursor;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code jobs/get}, {@code list}, {@code wait}, {@code events}, {@code explain} and {@code
 * debugReport}.
 */
@Path("/v1/jobs")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
class JobQueryResource {
  private static final int MAX_NAME = 200;
  private static final int MAX_PAGE = 100;
  private static final int DEFAULT_PAGE = 20;
  private static final int MAX_WAIT_SECONDS = 60;
  private static final int DEFAULT_WAIT_SECONDS = 30;

  private final JobQueries jobs;
  private final Deliveries deliveries;
  private final JobWait waiting;
  private final JobExplanation explanation;

  JobQueryResource(
      JobQueries jobs, Deliveries deliveries, JobWait waiting, JobExplanation explanation) {
    this.jobs = jobs;
    this.deliveries = deliveries;
    this.waiting = waiting;
    this.explanation = explanation;
  }

  record JobPage(List<JobSummary> jobs, @Nullable String nextCursor) {}

  record JobTimeline(UUID jobId, List<TimelineEntry> events) {}

  @POST
  @Path("get")
  public Uni<JobDetails> get(RpcRequest request) {
    return details(request.caller(), id(request));
  }

  @POST
  @Path("list")
  public Uni<JobPage> list(RpcRequest request) {
    Input input = request.input();
    JobStatus status = input.optionalEnum("status", JobStatus.class);
    String workflow = input.optionalText("workflow", 1, MAX_NAME);
    int limit = input.integer("limit", 1, MAX_PAGE, DEFAULT_PAGE);
    Cursor cursor = input.optionalCursor("cursor");
    input.check();
    return jobs.page(request.caller().tenantId(), status, workflow, cursor, limit)
        .map(page -> new JobPage(page.items(), page.nextCursor()));
  }

  /** Answers as get does, at the job's end or when the time is over. */
  @POST
  @Path("wait")
  public Uni<JobDetails> waitForEnd(RpcRequest request) {
    UUID job = request.input().requiredUuid("id");
    int seconds =
        request.input().integer("timeout_seconds", 1, MAX_WAIT_SECONDS, DEFAULT_WAIT_SECONDS);
    request.input().check();
    return waiting
        .forEnd(request.caller().tenantId(), job, Duration.ofSeconds(seconds))
        .chain(() -> details(request.caller(), job));
  }

  @POST
  @Path("events")
  public Uni<JobTimeline> events(RpcRequest request) {
    UUID job = id(request);
    return jobs.events(request.caller().tenantId(), job, 0)
        .map(
            entries -> {
              if (entries.isEmpty()) {
                throw unknown();
              }
              return new JobTimeline(job, entries);
            });
  }

  @POST
  @Path("explain")
  public Uni<JobExplanation.Explained> explain(RpcRequest request) {
    return explanation
        .of(request.caller().tenantId(), id(request))
        .map(found -> found.orElseThrow(JobQueryResource::unknown));
  }

  @POST
  @Path("debugReport")
  public Uni<DebugReport> debugReport(RpcRequest request) {
    return jobs.report(request.caller().tenantId(), id(request))
        .map(found -> found.orElseThrow(JobQueryResource::unknown));
  }

  private Uni<JobDetails> details(Caller caller, UUID job) {
    return jobs.get(caller.tenantId(), job)
        .map(found -> found.orElseThrow(JobQueryResource::unknown))
        .flatMap(
            details ->
                details.ended()
                    ? deliveries.of(caller, job).map(details::with)
                    : Uni.createFrom().item(details));
  }

  private static UUID id(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    request.input().check();
    return id;
  }

  static RpcException unknown() {
    return RpcException.notFound("Job not found");
  }
}
