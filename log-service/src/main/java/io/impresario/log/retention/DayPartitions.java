package io.impresario.log.retention;

import io.agroal.api.AgroalDataSource;
import io.impresario.sql.SqlFault;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The partitions of the table of log lines, one for each UTC day. Blocking. */
@ApplicationScoped
public class DayPartitions {
  private static final String CREATE_DAY = "SELECT create_log_day(?)";

  private static final String LIST_DAYS =
      """
      SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'log_line'::regclass
      ORDER BY day
      """;

  /** The drop locks the whole table for a moment: it must not wait long, as others wait behind. */
  private static final String LIMIT_LOCK_WAIT = "SET LOCAL lock_timeout = '1s'";

  private static final String DROP_DAY = "DROP TABLE IF EXISTS log_line_%s";

  private static final String NOW = "SELECT now()";

  /** PostgreSQL reports a row whose day has no partition as a broken check. */
  private static final String CHECK_VIOLATION = "23514";

  private static final String MISSING_PARTITION = "no partition of relation";

  private final AgroalDataSource database;
  private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();

  DayPartitions(AgroalDataSource database) {
    this.database = database;
  }

  /** Whether a line was refused because its day has no partition: another replica dropped it. */
  public static boolean isMissing(Throwable failure) {
    return SqlFault.sqlState(failure).filter(CHECK_VIOLATION::equals).isPresent()
        && String.valueOf(failure.getMessage()).contains(MISSING_PARTITION);
  }

  /** The database's time, by which all replicas agree on what is over. */
  Instant now() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(NOW)) {
      rows.next();
      return rows.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  /** Makes what is missing of these days. */
  public void ensure(Collection<LocalDate> days) throws SQLException {
    if (known.containsAll(days)) {
      return;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement create = connection.prepareStatement(CREATE_DAY)) {
      for (LocalDate day : days) {
        create.setObject(1, day);
        create.execute();
        known.add(day);
      }
    }
  }

  /** Another replica has dropped a day that this one believed in. */
  public void forget() {
    known.clear();
  }

  public List<LocalDate> existing() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(LIST_DAYS)) {
      List<LocalDate> days = new ArrayList<>();
      while (rows.next()) {
        days.add(rows.getObject("day", LocalDate.class));
      }
      return days;
    }
  }

  /** Fails when a long query holds the table; the next sweep tries again. */
  void drop(LocalDate day) throws SQLException {
    known.remove(day);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(LIMIT_LOCK_WAIT);
      statement.execute(DROP_DAY.formatted(day.format(DateTimeFormatter.BASIC_ISO_DATE)));
      connection.commit();
    }
  }
}
