package io.impresario.job.bundle;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.file.OpenOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.core.file.AsyncFile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Archives in the database, in pieces, so that neither side ever holds a whole one in memory. At
 * most one piece of an archive is in memory at a time.
 */
@ApplicationScoped
public class ArchiveChunks {
  /** Large enough to make round trips cheap, small enough for many at once in a small heap. */
  private static final int CHUNK_BYTES = 1 << 20;

  private static final String INSERT =
      "INSERT INTO archive_chunk (deployment_id, kind, seq, data) VALUES ($1, $2, $3, $4)";

  private static final String READ =
      "SELECT data FROM archive_chunk WHERE deployment_id = $1 AND kind = $2 AND seq = $3";

  private final Pool pool;
  private final Vertx vertx;

  ArchiveChunks(Pool pool, Vertx vertx) {
    this.pool = pool;
    this.vertx = vertx;
  }

  /** Copies a file into the database, within the transaction. */
  public Uni<Void> store(SqlConnection tx, UUID deployment, ArchiveKind kind, Path file) {
    return vertx
        .fileSystem()
        .open(file.toString(), new OpenOptions().setRead(true).setWrite(false))
        .flatMap(
            opened ->
                Multi.createBy()
                    .repeating()
                    .uni(Position::new, at -> storeNext(tx, deployment, kind, opened, at))
                    .whilst(stored -> stored == CHUNK_BYTES)
                    .collect()
                    .last()
                    .eventually(() -> opened.close())
                    .replaceWithVoid());
  }

  private static final class Position {
    private int seq;
  }

  private Uni<Integer> storeNext(
      SqlConnection tx, UUID deployment, ArchiveKind kind, AsyncFile file, Position at) {
    int seq = at.seq++;
    long offset = (long) seq * CHUNK_BYTES;
    return file.read(Buffer.buffer(CHUNK_BYTES), 0, offset, CHUNK_BYTES)
        .flatMap(
            data -> {
              if (data.length() == 0) {
                return Uni.createFrom().item(0);
              }
              return tx.preparedQuery(INSERT)
                  .execute(
                      Tuple.tuple()
                          .addUUID(deployment)
                          .addString(kind.column())
                          .addInteger(seq)
                          .addBuffer(data))
                  .replaceWith(data.length());
            });
  }

  /**
   * Copies an archive from the database to a new file.
   *
   * @return whether there is one
   */
  public Uni<Boolean> fetch(UUID deployment, ArchiveKind kind, Path file) {
    return vertx
        .fileSystem()
        .open(file.toString(), new OpenOptions().setWrite(true).setCreateNew(true))
        .flatMap(
            opened ->
                Multi.createBy()
                    .repeating()
                    .uni(Position::new, at -> fetchNext(deployment, kind, opened, at))
                    .whilst(Optional::isPresent)
                    .onItem()
                    .scan(() -> -1, (pieces, ignored) -> pieces + 1)
                    .collect()
                    .last()
                    .eventually(() -> opened.close())
                    .map(pieces -> pieces > 0));
  }

  private Uni<Optional<Integer>> fetchNext(
      UUID deployment, ArchiveKind kind, AsyncFile file, Position at) {
    int seq = at.seq++;
    return pool.preparedQuery(READ)
        .execute(Tuple.of(deployment, kind.column(), seq))
        .flatMap(
            rows -> {
              if (rows.size() == 0) {
                return Uni.createFrom().item(Optional.<Integer>empty());
              }
              Buffer data = rows.iterator().next().getBuffer("data");
              return file.write(data, (long) seq * CHUNK_BYTES)
                  .replaceWith(Optional.of(data.length()));
            });
  }
}
