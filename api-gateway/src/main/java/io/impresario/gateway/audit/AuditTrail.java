package io.impresario.gateway.audit;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

  private static final int MAX_BATCH = 500;

  private record Pending(AuditEntry entry, CompletableFuture<Void> written) {}

  private final AuditStore store;
  private final List<Pending> waiting = new ArrayList<>();
  private boolean writing;

  @Inject
  public AuditTrail(AuditStore store) {
    this.store = store;
  }

  /** Completes, always normally, when the entry is in the table or was given up. */
  public CompletableFuture<Void> write(AuditEntry entry) {
    Pending pending = new Pending(entry, new CompletableFuture<>());
    List<Pending> batch;
    synchronized (waiting) {
      waiting.add(pending);
      batch = nextBatch();
    }
    flush(batch);
    return pending.written();
  }

  private List<Pending> nextBatch() {
    if (writing || waiting.isEmpty()) {
      return List.of();
    }
    writing = true;
    List<Pending> head = waiting.subList(0, Math.min(MAX_BATCH, waiting.size()));
    List<Pending> batch = List.copyOf(head);
    head.clear();
    return batch;
  }

  private void flush(List<Pending> batch) {
    if (batch.isEmpty()) {
      return;
    }
    Uni.createFrom()
        .deferred(() -> store.insertAll(batch.stream().map(Pending::entry).toList()))
        .ifNoItem()
        .after(WRITE_TIMEOUT)
        .fail()
        .subscribe()
        .with(done -> settle(batch), failure -> giveUp(batch, failure));
  }

  private void giveUp(List<Pending> batch, Throwable failure) {
    batch.forEach(pending -> logUnwritten(pending.entry(), failure));
    settle(batch);
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

  private void settle(List<Pending> batch) {
    List<Pending> next;
    synchronized (waiting) {
      writing = false;
      next = nextBatch();
    }
    flush(next);
    batch.forEach(pending -> pending.written().complete(null));
  }
}
