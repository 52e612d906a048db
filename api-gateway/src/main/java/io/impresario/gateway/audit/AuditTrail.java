package io.impresario.gateway.audit;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/**
 * Writes entries before their calls are answered: a client that has its answer finds the row, even
 * if this replica died a moment later. Calls that end while a write is under way share the next
 * one, so that the cost is one commit for many calls. An entry that cannot be written does not undo
 * its call: it goes to the log instead.
 */
@ApplicationScoped
public class AuditTrail {
  private static final Logger LOG = Logger.getLogger(AuditTrail.class);

  /** Clients wait no longer than this for the trail. */
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(2);

  /** The pause after a failed write: clients wait meanwhile. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Entries wake the duty; this is how soon it tells that it lives while there are none. */
  private static final Duration EVERY = Duration.ofSeconds(30);

  private static final int MAX_BATCH = 500;

  private record Pending(AuditEntry entry, UniEmitter<? super Void> written) {}

  private final AuditStore store;
  private final Duty writer;
  private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();

  @Inject
  public AuditTrail(AuditStore store, Duties duties) {
    this.store = store;
    this.writer =
        duties.create(
            DutySpec.of("audit-writer", EVERY, this::writeSome)
                .withFirst(PAUSE)
                .withMaxPause(PAUSE));
  }

  void start(@Observes StartupEvent event) {
    writer.start();
  }

  /** Ends, always normally, when the entry is in the table or was given up. */
  public Uni<Void> write(AuditEntry entry) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              waiting.add(new Pending(entry, emitter));
              writer.wake();
            });
  }

  Uni<Round> writeSome() {
    List<Pending> batch = nextBatch();
    if (batch.isEmpty()) {
      return Uni.createFrom().item(Round.done());
    }
    return Uni.createFrom()
        .deferred(() -> store.insertAll(batch.stream().map(Pending::entry).toList()))
        .ifNoItem()
        .after(WRITE_TIMEOUT)
        .fail()
        .onFailure()
        .invoke(failure -> batch.forEach(pending -> logUnwritten(pending.entry(), failure)))
        .eventually(() -> batch.forEach(pending -> pending.written().complete(null)))
        .replaceWith(() -> Round.moreIf(!waiting.isEmpty()));
  }

  private List<Pending> nextBatch() {
    List<Pending> batch = new ArrayList<>();
    Pending next = waiting.poll();
    while (next != null) {
      batch.add(next);
      next = batch.size() < MAX_BATCH ? waiting.poll() : null;
    }
    return batch;
  }

  /** The whole row, so that it can be entered by hand. */
  private static void logUnwritten(AuditEntry entry, Throwable failure) {
    LOG.errorf(
        "audit_entry.lost entry_id=%s at=%s actor=%s tenant_id=%s key_id=%s procedure=%s"
            + " subject=\"%s\" status=%d request_id=%s reason=\"%s\"",
        entry.id(),
        entry.at(),
        entry.actor(),
        entry.tenantId(),
        entry.keyId(),
        entry.procedure(),
        entry.subject(),
        entry.status(),
        entry.requestId(),
        failure);
  }
}
