package io.impresario.job.submission;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client's names for its jobs. The primary key decides between any number of parallel creates:
 * all but one wait for the one, and then find its job.
 */
@ApplicationScoped
class NonceStore {
  private static final String TAKE =
      """
      INSERT INTO job_nonces AS taken (tenant_id, nonce, job_id, input_hash)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (tenant_id, nonce) DO UPDATE
         SET job_id = EXCLUDED.job_id, input_hash = EXCLUDED.input_hash, created_at = now()
       WHERE taken.created_at < now() - interval '30 days'
      RETURNING job_id
      """;

  private static final String HOLDER =
      """
      SELECT nonces.job_id, nonces.input_hash, jobs.callback_secret_sealed
        FROM job_nonces nonces LEFT JOIN jobs ON jobs.id = nonces.job_id
       WHERE nonces.tenant_id = $1 AND nonces.nonce = $2
      """;

  /** Whether the nonce is now ours. */
  Uni<Boolean> take(SqlConnection tx, UUID tenant, String nonce, UUID job, byte[] hash) {
    return tx.preparedQuery(TAKE)
        .execute(
            Tuple.tuple()
                .addUUID(tenant)
                .addString(nonce)
                .addUUID(job)
                .addBuffer(Buffer.buffer(hash)))
        .map(rows -> rows.iterator().hasNext());
  }

  /** The job that holds a nonce that we could not take. */
  Uni<Holder> holder(SqlConnection tx, UUID tenant, String nonce) {
    return tx.preparedQuery(HOLDER)
        .execute(Tuple.of(tenant, nonce))
        .map(rows -> Holder.of(rows.iterator().next()));
  }

  /** The job of an earlier create under the same nonce. */
  record Holder(UUID jobId, byte @Nullable [] inputHash, @Nullable String secretSealed) {
    static Holder of(Row row) {
      Buffer hash = row.getBuffer("input_hash");
      return new Holder(
          row.getUUID("job_id"),
          hash == null ? null : hash.getBytes(),
          row.getString("callback_secret_sealed"));
    }

    /** A nonce from before the hash of today has none: its repetition is taken for the same. */
    boolean sameInput(byte[] hash) {
      return inputHash == null || Arrays.equals(inputHash, hash);
    }
  }
}
