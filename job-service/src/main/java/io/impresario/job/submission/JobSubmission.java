package io.impresario.job.submission;

import io.impresario.events.EventType;
import io.impresario.events.JobRequested;
import io.impresario.job.ledger.QueueSignal;
import io.impresario.job.limits.QueueCap;
import io.impresario.job.submission.Placement.Refused;
import io.impresario.outbox.Outbox;
import io.impresario.outbox.intake.Received;
import io.impresario.rpc.Ids;
import io.impresario.rpc.RpcException;
import io.impresario.sealing.KeyRing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a client's job: nonce, job, timeline and event in one transaction. Under a nonce that is
 * taken it answers with the job that took it.
 */
@ApplicationScoped
class JobSubmission {
  /** A queue of browser runs does not get shorter sooner. */
  private static final Duration RETRY_FULL_QUEUE = Duration.ofSeconds(5);

  private final Outbox outbox;
  private final NonceStore nonces;
  private final JobIntake intake;
  private final QueueCap queueCap;
  private final KeyRing keys;
  private final QueueSignal signal;

  JobSubmission(
      Outbox outbox,
      NonceStore nonces,
      JobIntake intake,
      QueueCap queueCap,
      KeyRing keys,
      QueueSignal signal) {
    this.outbox = outbox;
    this.nonces = nonces;
    this.intake = intake;
    this.queueCap = queueCap;
    this.keys = keys;
    this.signal = signal;
  }

  /**
   * The id of the job, committed.
   *
   * @throws RpcException 404, 409 or 429 when it cannot be accepted; then nothing was written
   */
  Uni<UUID> submit(JobRequested job, @Nullable String traceparent) {
    return queueCap
        .inTurn(
            job.tenantId(),
            () ->
                outbox.transaction(
                    tx ->
                        job.nonce() == null
                            ? create(tx, job, traceparent)
                            : createOnce(tx, job, job.nonce(), traceparent)))
        .invoke(signal::queued);
  }

  private Uni<UUID> createOnce(
      SqlConnection tx, JobRequested job, String nonce, @Nullable String traceparent) {
    byte[] hash = InputHash.of(job);
    return nonces
        .take(tx, job.tenantId(), nonce, job.jobId(), hash)
        .flatMap(
            taken ->
                taken
                    ? create(tx, job, traceparent)
                    : nonces
                        .holder(tx, job.tenantId(), nonce)
                        .map(holder -> replayed(holder, job, hash)));
  }

  private UUID replayed(NonceStore.Holder holder, JobRequested job, byte[] hash) {
    if (holder.sameInput(hash) && sameSecret(holder, job)) {
      return holder.jobId();
    }
    throw RpcException.conflict(
        "nonce_reused",
        "This nonce was used for a job with other input",
        Map.of("job_id", holder.jobId().toString()));
  }

  private boolean sameSecret(NonceStore.Holder holder, JobRequested job) {
    String held = holder.secretSealed();
    String sealed = job.spec().secretSealed();
    return sealed == null || held == null
        ? sealed == held
        : open(held, holder.jobId()).equals(open(sealed, job.jobId()));
  }

  private String open(String sealed, UUID job) {
    return keys.open(sealed, SealedCallbackSecrets.context(job));
  }

  private Uni<UUID> create(SqlConnection tx, JobRequested job, @Nullable String traceparent) {
    UUID event = Ids.named(job.jobId(), "requested");
    return intake
        .place(tx, List.of(new Received<>(job, event.toString(), traceparent)))
        .invoke(placements -> refuse(placements.get(job.jobId())))
        .flatMap(
            placed ->
                outbox.append(
                    tx,
                    new Outbox.Entry<>(
                        EventType.JOB_REQUESTED,
                        job,
                        event,
                        job.jobId().toString(),
                        job.tenantId(),
                        traceparent)))
        .replaceWith(job.jobId());
  }

  private static void refuse(@Nullable Placement placement) {
    if (placement instanceof Refused refused) {
      throw switch (refused.reason()) {
        case WORKFLOW_NOT_FOUND -> RpcException.notFound(refused.message());
        case PROXY_UNAVAILABLE -> RpcException.conflict(refused.reason().slug(), refused.message());
        case QUEUE_FULL ->
            RpcException.tooManyRequests(refused.message(), "tenant_queued", RETRY_FULL_QUEUE);
        case INVALID -> new IllegalStateException("input over HTTP is validated before");
      };
    }
  }
}
