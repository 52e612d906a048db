package io.impresario.callback.intake;

import static io.impresario.sql.Values.column;

import io.impresario.callback.delivery.DeliveryConfig;
import io.impresario.callback.delivery.DeliveryDispatcher;
import io.impresario.callback.lane.LaneStore;
import io.impresario.callback.lane.LaneStore.Woken;
import io.impresario.callback.lane.Lanes;
import io.impresario.callback.message.CallbackBody;
import io.impresario.callback.message.CallbackEvent;
import io.impresario.events.JobFinished;
import io.impresario.rpc.Ids;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.impresario.targets.TargetGuard;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns the ends of jobs, and requests for a test, into deliveries. */
@ApplicationScoped
public class DeliveryPlanning {

  /** Those that were active at some moment since the earliest of the jobs ended. */
  private static final String ACTIVE_ENDPOINTS =
      """
      SELECT s.endpoint_id, s.tenant_id, coalesce(e.url, s.url) AS url, s.active_from, s.active_until
        FROM webhook_endpoint_span s
        LEFT JOIN webhook_endpoint e ON e.id = s.endpoint_id
       WHERE s.tenant_id = ANY($1::uuid[]) AND (s.active_until IS NULL OR s.active_until > $2)
       ORDER BY s.tenant_id, s.active_from, s.endpoint_id
      """;

  private static final String STORE_BODIES =
      """
      INSERT INTO callback_body (id, bytes, created_at)
      SELECT id, bytes, now() FROM unnest($1::uuid[], $2::bytea[]) AS b (id, bytes)
      ON CONFLICT DO NOTHING
      """;

  private static final String MAKE_DELIVERIES =
      """
      WITH made AS (
        INSERT INTO delivery (id, tenant_id, job_id, endpoint_id, url, secret_sealed, event, body_id,
                              lane, large, state, next_attempt_at, created_at)
        SELECT id, tenant_id, job_id, endpoint_id, url, secret_sealed, event, body_id,
               lane, large, 'pending', now(), now()
          FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
                      $7::text[], $8::uuid[], $9::text[], $10::bool[])
            AS d (id, tenant_id, job_id, endpoint_id, url, secret_sealed, event, body_id, lane, large)
        ON CONFLICT DO NOTHING
        RETURNING id, lane, large
      )
      INSERT INTO delivery_queue (delivery_id, lane, large, weight, claimable_at)
      SELECT m.id, m.lane, m.large, w.weight, now()
        FROM made m JOIN unnest($1::uuid[], $11::int[]) AS w (id, weight) ON w.id = m.id
      """;

  private static final int MEBIBYTE = 1 << 20;

  private final Pool pool;
  private final LaneStore lanes;
  private final TargetGuard guard;
  private final DeliveryConfig config;
  private final DeliveryDispatcher dispatcher;
  private final Clock clock;

  DeliveryPlanning(
      Pool pool,
      LaneStore lanes,
      TargetGuard guard,
      DeliveryConfig config,
      DeliveryDispatcher dispatcher,
      Clock clock) {
    this.pool = pool;
    this.lanes = lanes;
    this.guard = guard;
    this.config = config;
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  /** Makes the deliveries of these events; those that exist already stay as they are. */
  Uni<Void> plan(SqlConnection transaction, List<JobFinished> events) {
    List<JobFinished> forEndpoints =
        events.stream()
            .filter(job -> Recipients.of(job) instanceof Recipients.ActiveEndpoints)
            .toList();
    if (forEndpoints.isEmpty()) {
      return store(transaction, planned(events, Map.of()));
    }
    UUID[] tenants =
        forEndpoints.stream().map(JobFinished::tenantId).distinct().toArray(UUID[]::new);
    Instant earliest =
        forEndpoints.stream().map(JobFinished::completedAt).min(Instant::compareTo).orElseThrow();
    return transaction
        .preparedQuery(ACTIVE_ENDPOINTS)
        .execute(Tuple.of((Object) tenants, Values.utc(earliest)))
        .map(DeliveryPlanning::byTenant)
        .flatMap(endpoints -> store(transaction, planned(events, endpoints)));
  }

  /** Makes a test delivery to an endpoint and answers its id. */
  public Uni<UUID> planTest(UUID tenantId, UUID endpointId, String url) {
    UUID id = Ids.next(clock);
    PlannedDelivery test =
        new PlannedDelivery(
            id,
            tenantId,
            null,
            endpointId,
            url,
            null,
            CallbackEvent.TEST.wireName(),
            CallbackBody.ofTest(),
            Lanes.ofEndpoint(endpointId));
    return pool.withTransaction(tx -> store(tx, List.of(test)))
        .invoke(dispatcher::wake)
        .replaceWith(id);
  }

  /** An endpoint while it was active. */
  private record Endpoint(UUID id, String url, Instant from, @Nullable Instant until) {

    boolean wasActive(Instant at) {
      return !from.isAfter(at) && (until == null || until.isAfter(at));
    }
  }

  private List<PlannedDelivery> planned(
      List<JobFinished> events, Map<UUID, List<Endpoint>> endpoints) {
    List<PlannedDelivery> planned = new ArrayList<>();
    for (JobFinished job : events) {
      Recipients recipients = Recipients.of(job);
      if (recipients instanceof Recipients.Own own) {
        planned.add(ownDelivery(job, own));
      } else if (recipients instanceof Recipients.ActiveEndpoints) {
        planned.addAll(endpointDeliveries(job, endpoints.getOrDefault(job.tenantId(), List.of())));
      }
    }
    return planned;
  }

  private PlannedDelivery ownDelivery(JobFinished job, Recipients.Own own) {
    return new PlannedDelivery(
        Ids.named(job.jobId(), "own"),
        job.tenantId(),
        job.jobId(),
        null,
        own.url(),
        own.sealedSecret(),
        eventOf(job),
        CallbackBody.of(job),
        Lanes.ofUrl(job.tenantId(), own.url(), guard));
  }

  private static List<PlannedDelivery> endpointDeliveries(
      JobFinished job, List<Endpoint> endpoints) {
    if (endpoints.isEmpty()) {
      return List.of();
    }
    byte[] body = CallbackBody.of(job);
    return endpoints.stream()
        .filter(endpoint -> endpoint.wasActive(job.completedAt()))
        .map(
            endpoint ->
                new PlannedDelivery(
                    Ids.named(job.jobId(), endpoint.id().toString()),
                    job.tenantId(),
                    job.jobId(),
                    endpoint.id(),
                    endpoint.url(),
                    null,
                    eventOf(job),
                    body,
                    Lanes.ofEndpoint(endpoint.id())))
        .toList();
  }

  private Uni<Void> store(SqlConnection transaction, List<PlannedDelivery> planned) {
    if (planned.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Map<UUID, byte[]> bodies = new HashMap<>();
    planned.forEach(delivery -> bodies.put(delivery.bodyId(), delivery.body()));
    Tuple bodyValues =
        Tuple.of(
            column(bodies.entrySet(), UUID[]::new, Map.Entry::getKey),
            column(bodies.entrySet(), Buffer[]::new, body -> Buffer.buffer(body.getValue())));
    return transaction
        .preparedQuery(STORE_BODIES)
        .execute(bodyValues)
        .chain(() -> transaction.preparedQuery(MAKE_DELIVERIES).execute(values(planned)))
        .chain(
            () ->
                lanes.wake(
                    transaction,
                    planned.stream()
                        .map(one -> new Woken(one.lane(), isLarge(one), one.tenantId()))
                        .toList()));
  }

  private Tuple values(List<PlannedDelivery> planned) {
    return Tuple.tuple()
        .addValue(column(planned, UUID[]::new, PlannedDelivery::id))
        .addValue(column(planned, UUID[]::new, PlannedDelivery::tenantId))
        .addValue(column(planned, UUID[]::new, PlannedDelivery::jobId))
        .addValue(column(planned, UUID[]::new, PlannedDelivery::endpointId))
        .addValue(column(planned, String[]::new, PlannedDelivery::url))
        .addValue(column(planned, String[]::new, PlannedDelivery::sealedSecret))
        .addValue(column(planned, String[]::new, PlannedDelivery::event))
        .addValue(column(planned, UUID[]::new, PlannedDelivery::bodyId))
        .addValue(column(planned, String[]::new, PlannedDelivery::lane))
        .addValue(column(planned, Boolean[]::new, this::isLarge))
        .addValue(column(planned, Integer[]::new, this::weight));
  }

  private boolean isLarge(PlannedDelivery planned) {
    return planned.body().length > config.largeBodyBytes();
  }

  /** Units of its budget: a large body takes one for each mebibyte that it begins. */
  private int weight(PlannedDelivery planned) {
    return isLarge(planned) ? planned.body().length / MEBIBYTE + 1 : 1;
  }

  private static String eventOf(JobFinished job) {
    return CallbackEvent.of(job.status()).orElseThrow().wireName();
  }

  private static Map<UUID, List<Endpoint>> byTenant(Iterable<Row> rows) {
    Map<UUID, List<Endpoint>> endpoints = new HashMap<>();
    rows.forEach(
        row ->
            endpoints
                .computeIfAbsent(row.getUUID("tenant_id"), tenant -> new ArrayList<>())
                .add(
                    new Endpoint(
                        row.getUUID("endpoint_id"),
                        row.getString("url"),
                        Rows.instant(row, "active_from"),
                        Rows.instantOrNull(row, "active_until"))));
    return endpoints;
  }
}
