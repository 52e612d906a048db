package io.impresario.callback.delivery;

import io.impresario.callback.lane.Lanes;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.UUID;

/**
 * Ends what still waits for an endpoint that was switched off or deleted. Attempts under way are
 * left to end; whatever follows them is withdrawn at its next claim.
 */
@ApplicationScoped
public class EndpointWithdrawal {

  private static final String END_WAITING =
      """
      WITH ended AS (
        DELETE FROM delivery_queue
         WHERE large IN (true, false) AND lane = ANY($1::text[]) AND unrecorded = 0
        RETURNING delivery_id
      )
      UPDATE delivery SET state = 'failed', next_attempt_at = NULL, last_error = $2
       WHERE id IN (SELECT delivery_id FROM ended)
      """;

  private final Pool pool;

  EndpointWithdrawal(Pool pool) {
    this.pool = pool;
  }

  public Uni<Void> withdraw(UUID endpointId, String reason) {
    return withdraw(pool, new UUID[] {endpointId}, reason);
  }

  static Uni<Void> withdraw(SqlClient client, UUID[] endpoints, String reason) {
    String[] lanes = Arrays.stream(endpoints).map(Lanes::ofEndpoint).toArray(String[]::new);
    return client.preparedQuery(END_WAITING).execute(Tuple.of(lanes, reason)).replaceWithVoid();
  }
}
