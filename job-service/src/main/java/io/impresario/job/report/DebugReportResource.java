package io.impresario.job.report;

import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** {@code jobs/debugReport}. */
@Path("/v1/jobs/debugReport")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class DebugReportResource {
  private static final String FAILED_JOB =
      """
      SELECT id, workflow, status, failure_code, error, mapped_stack, params
        FROM jobs WHERE id = $1 AND tenant_id = $2
      """;

  private final Pool pool;

  DebugReportResource(Pool pool) {
    this.pool = pool;
  }

  @POST
  public Uni<DebugReport> report(RpcRequest request) {
    UUID job = request.input().requiredUuid("id");
    request.input().check();
    return pool.preparedQuery(FAILED_JOB)
        .execute(Tuple.of(job, request.caller().tenantId()))
        .map(DebugReportResource::report);
  }

  private static DebugReport report(RowSet<Row> rows) {
    if (!rows.iterator().hasNext()) {
      throw RpcException.notFound("Job not found");
    }
    Row row = rows.iterator().next();
    if (!row.getString("status").equals("failed")) {
      throw RpcException.notFound("Only a failed job has a report", "no_report");
    }
    return DebugReport.of(row);
  }
}
