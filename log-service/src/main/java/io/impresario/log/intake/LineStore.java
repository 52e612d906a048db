package io.impresario.log.intake;

import io.agroal.api.AgroalDataSource;
import io.impresario.events.LogLine;
import io.impresario.log.line.JobVolume;
import io.impresario.log.line.LineCodes;
import io.impresario.log.retention.DayPartitions;
import io.impresario.sql.SqlFault;
import io.impresario.sql.Values;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes batches of lines, each line once. Blocking, over JDBC: the reactive client has no COPY.
 *
 * <p>A batch goes into the table by one COPY. That it holds a line that is there already is rare (a
 * crash between commit and acknowledgement, a rebalance) and is left to the unique index to find:
 * then the COPY rolls back and the batch goes in by {@code ON CONFLICT DO NOTHING}. Measured: a
 * COPY costs a third to a half of what the usual ways of being idempotent cost for each batch.
 */
@ApplicationScoped
class LineStore {
  private static final String COPY =
      """
      COPY log_line (tenant_id, job_id, seq, logged_at, level, source, workflow, message)
      FROM STDIN (FORMAT binary)
      """;

  private static final String INSERT_NEW =
      """
      INSERT INTO log_line (tenant_id, job_id, seq, logged_at, level, source, workflow, message)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;

  private static final String VOLUMES =
      """
      SELECT job_id, max(seq) AS last_seq, sum(octet_length(message)) AS bytes,
             bool_or(source = 1 AND message = ?) AS marked
      FROM log_line
      WHERE job_id = ANY (?)
      GROUP BY job_id
      """;

  private final AgroalDataSource database;
  private final DayPartitions partitions;

  LineStore(AgroalDataSource database, DayPartitions partitions) {
    this.database = database;
    this.partitions = partitions;
  }

  /**
   * One transaction, committed when this returns.
   *
   * @return how many of the lines were new
   */
  int store(List<LogLine> lines) throws SQLException {
    partitions.ensure(days(lines));
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      return copyOrInsert(connection, lines);
    }
  }

  private static int copyOrInsert(Connection connection, List<LogLine> lines) throws SQLException {
    try {
      long copied = copy(connection, lines);
      connection.commit();
      return Math.toIntExact(copied);
    } catch (SQLException e) {
      connection.rollback();
      if (!SqlFault.isUniqueViolation(e)) {
        throw e;
      }
      int inserted = insertNew(connection, lines);
      connection.commit();
      return inserted;
    }
  }

  private static long copy(Connection connection, List<LogLine> lines) throws SQLException {
    byte[] rows = BinaryCopy.encode(lines);
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
    try {
      copy.writeToCopy(rows, 0, rows.length);
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static int insertNew(Connection connection, List<LogLine> lines) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_NEW)) {
      for (LogLine line : lines) {
        insert.setObject(1, line.tenantId());
        insert.setObject(2, line.jobId());
        insert.setLong(3, line.seq());
        insert.setObject(4, Values.utc(line.timestamp()));
        insert.setShort(5, LineCodes.of(line.level()));
        insert.setShort(6, LineCodes.of(line.source()));
        insert.setString(7, line.workflow());
        insert.setString(8, line.message());
        insert.addBatch();
      }
      return Arrays.stream(insert.executeBatch()).sum();
    }
  }

  /** What the table holds of these jobs; those that it does not know are left out. */
  Map<UUID, JobVolume> volumes(Collection<UUID> jobs) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(VOLUMES)) {
      select.setString(1, JobVolume.MARKER);
      select.setArray(2, connection.createArrayOf("uuid", jobs.toArray()));
      Map<UUID, JobVolume> volumes = new HashMap<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          volumes.put(
              rows.getObject("job_id", UUID.class),
              JobVolume.stored(
                  rows.getLong("last_seq"), rows.getLong("bytes"), rows.getBoolean("marked")));
        }
      }
      return volumes;
    }
  }

  private static Set<LocalDate> days(List<LogLine> lines) {
    return lines.stream()
        .map(line -> LocalDate.ofInstant(line.timestamp(), ZoneOffset.UTC))
        .collect(Collectors.toSet());
  }
}
