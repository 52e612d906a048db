package io.impresario.job.submission;

import io.impresario.events.EventType;
import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.events.JsonText;
import io.impresario.job.ledger.QueueSignal;
import io.impresario.job.submission.Placement.Placed;
import io.impresario.job.submission.Placement.Refused;
import io.impresario.outbox.Outbox;
import io.impresario.rpc.Ids;
import io.impresario.rpc.RpcException;
import io.impresario.sealing.KeyRing;
import io.impresario.sealing.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a client's order: nonce, job, timeline and event in one transaction. Under a nonce that
 * is taken it answers with the job that took it.
 */
@ApplicationScoped
class JobSubmission {
  /** A queue of browser runs does not get shorter sooner. */
  private static final Duration RETRY_FULL_QUEUE = Duration.ofSeconds(5);

  private final Outbox outbox;
  private final NonceStore nonces;
  private final JobIntake intake;
  private final KeyRing keys;
  private final Clock clock;
  private final QueueSignal signal;

  JobSubmission(
      Outbox outbox,
      NonceStore nonces,
      JobIntake intake,
      KeyRing keys,
      Clock clock,
      QueueSignal signal) {
    this.outbox = outbox;
    this.nonces = nonces;
    this.intake = intake;
    this.keys = keys;
    this.clock = clock;
    this.signal = signal;
  }

  /**
   * The id of the job, committed.
   *
   * @throws RpcException 404, 409 or 429 when it cannot be accepted; then nothing was written
   */
  Uni<UUID> submit(
      UUID tenant, JobOrder order, @Nullable String nonce, @Nullable String traceparent) {
    UUID id = Ids.next(clock);
    Secret secret = order.callbackSecret();
    String sealed = secret == null ? null : keys.seal(secret.value(), context(id));
    JobCandidate candidate =
        new JobCandidate(id, tenant, order, sealed, JobSource.API, null, null, nonce, traceparent);
    return outbox
        .transaction(tx -> nonce == null ? create(tx, candidate) : createOnce(tx, candidate, nonce))
        .invoke(signal::queued);
  }

  private Uni<UUID> createOnce(SqlConnection tx, JobCandidate candidate, String nonce) {
    byte[] hash = InputHash.of(candidate.order());
    return nonces
        .take(tx, candidate.tenantId(), nonce, candidate.id(), hash)
        .flatMap(
            taken ->
                taken
                    ? create(tx, candidate)
                    : nonces
                        .holder(tx, candidate.tenantId(), nonce)
                        .map(holder -> replayed(holder, candidate, hash)));
  }

  private UUID replayed(NonceStore.Holder holder, JobCandidate candidate, byte[] hash) {
    if (holder.sameInput(hash) && sameSecret(holder, candidate.order().callbackSecret())) {
      return holder.jobId();
    }
    throw RpcException.conflict(
        "nonce_reused",
        "This nonce was used for a job with other input",
        Map.of("job_id", holder.jobId().toString()));
  }

  private boolean sameSecret(NonceStore.Holder holder, @Nullable Secret secret) {
    String sealed = holder.secretSealed();
    return secret == null
        ? sealed == null
        : sealed != null && keys.open(sealed, context(holder.jobId())).equals(secret.value());
  }

  private Uni<UUID> create(SqlConnection tx, JobCandidate candidate) {
    return intake
        .place(tx, List.of(candidate))
        .map(placements -> createdAt(placements, candidate))
        .flatMap(at -> outbox.append(tx, requested(candidate, at)))
        .replaceWith(candidate.id());
  }

  private static Instant createdAt(Map<UUID, Placement> placements, JobCandidate candidate) {
    Placement placement = placements.get(candidate.id());
    if (placement instanceof Placed placed) {
      return placed.createdAt();
    }
    if (placement instanceof Refused refused) {
      throw error(refused);
    }
    throw new IllegalStateException("no placement of " + candidate.id());
  }

  private static RpcException error(Refused refused) {
    return switch (refused.reason()) {
      case WORKFLOW_NOT_FOUND -> RpcException.notFound(refused.message());
      case PROXY_UNAVAILABLE -> RpcException.conflict(refused.reason().slug(), refused.message());
      case QUEUE_FULL ->
          RpcException.tooManyRequests(refused.message(), "tenant_queued", RETRY_FULL_QUEUE);
      case INVALID -> throw new IllegalStateException("input over HTTP is validated before");
    };
  }

  private static Outbox.Entry<JobRequested> requested(JobCandidate job, Instant createdAt) {
    JobOrder order = job.order();
    JobRequested event =
        new JobRequested(
            job.id(),
            job.tenantId(),
            order.workflow(),
            new JsonText(order.params()),
            job.source(),
            null,
            null,
            order.timeoutSeconds(),
            job.nonce(),
            order.callbackUrl(),
            job.secretSealed(),
            order.skipCallbacks(),
            order.residentialProxy(),
            order.disableDefaultProxy(),
            order.headless(),
            order.startUrl(),
            order.gpu(),
            order.viewport(),
            createdAt);
    return new Outbox.Entry<>(
        EventType.JOB_REQUESTED,
        event,
        Ids.named(job.id(), "requested"),
        job.id().toString(),
        job.tenantId(),
        job.traceparent());
  }

  /** What a job's callback secret is bound to. */
  static String context(UUID job) {
    return "job:" + job;
  }
}
