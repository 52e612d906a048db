package io.impresario.outbox;

import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes events into the transaction of the caller; the {@link OutboxRelay} sends them on. */
@ApplicationScoped
public class Outbox {
  /**
   * The most that an event's body may have. Topics take {@link TopicProvisioner#MAX_MESSAGE_BYTES};
   * the key, the headers and those of a dead letter need some of it.
   */
  public static final int MAX_BODY_BYTES = TopicProvisioner.MAX_MESSAGE_BYTES - 64 * 1024;

  private static final String APPEND =
      """
      INSERT INTO outbox (event_id, topic, ce_type, key, tenant_id, traceparent, occurred_at, body,
                          attributes)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """;

  private final Pool pool;
  private final OutboxRelay relay;
  private final Clock clock;

  Outbox(Pool pool, OutboxRelay relay, Clock clock) {
    this.pool = pool;
    this.relay = relay;
    this.clock = clock;
  }

  /**
   * One event to append. The id is what consumers deduplicate by: derive it from the fact that the
   * event states (for example a UUIDv5 of job and "finished"), so that a fact has one id for ever.
   */
  public record Entry<T>(
      EventType<T> type,
      T event,
      UUID eventId,
      String key,
      UUID tenantId,
      @Nullable String traceparent) {}

  /** Runs work in one transaction and wakes the relay once it has committed. */
  public <T> Uni<T> transaction(Function<SqlConnection, Uni<T>> work) {
    return pool.withTransaction(work).invoke(relay::wake);
  }

  /** Fails with {@link EventTooLarge} before anything is written, as {@link #appendAll}. */
  public <T> Uni<Void> append(SqlConnection transaction, Entry<T> entry) {
    return appendAll(transaction, List.of(entry));
  }

  /** Appends many events in one round trip. */
  public Uni<Void> appendAll(SqlConnection transaction, List<? extends Entry<?>> entries) {
    if (entries.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    try {
      List<Tuple> rows = entries.stream().<Tuple>map(this::row).toList();
      return transaction.preparedQuery(APPEND).executeBatch(rows).replaceWithVoid();
    } catch (EventTooLarge refused) {
      return Uni.createFrom().failure(refused);
    }
  }

  /** Tells the relay of committed events; without it they leave with the next sweep, within 1 s. */
  public void wake() {
    relay.wake();
  }

  private <T> Tuple row(Entry<T> entry) {
    byte[] body = EventCodec.encode(entry.type(), entry.event());
    if (body.length > MAX_BODY_BYTES) {
      throw new EventTooLarge(entry.type(), body.length);
    }
    return Tuple.tuple()
        .addUUID(entry.eventId())
        .addString(entry.type().topic())
        .addString(entry.type().ceType())
        .addString(entry.key())
        .addUUID(entry.tenantId())
        .addString(entry.traceparent())
        .addOffsetDateTime(Values.utc(clock.instant()))
        .addBuffer(Buffer.buffer(body))
        .addJsonObject(attributes(entry));
  }

  private static <T> JsonObject attributes(Entry<T> entry) {
    JsonObject attributes = new JsonObject();
    entry.type().attributes(entry.event()).forEach(attributes::put);
    return attributes;
  }
}
