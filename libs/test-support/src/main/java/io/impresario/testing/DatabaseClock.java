package io.impresario.testing;

import io.impresario.embedded.DatabaseBootstrap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The time that PostgreSQL tells one service: the real one until a test sets it, then it stands
 * still. Functions of the same names shadow {@code now()}, {@code clock_timestamp()}, {@code
 * statement_timestamp()} and {@code transaction_timestamp()} for the service's login, so that the
 * statements under test are those of production.
 */
public final class DatabaseClock {
  /** The shadows come before {@code pg_catalog}, which is searched first unless it is named. */
  private static final String INSTALL =
      """
      CREATE SCHEMA IF NOT EXISTS ${clock};
      CREATE TABLE IF NOT EXISTS ${clock}.hand (at timestamptz);
      INSERT INTO ${clock}.hand SELECT NULL WHERE NOT EXISTS (SELECT FROM ${clock}.hand);
      GRANT USAGE ON SCHEMA ${clock} TO ${login};
      GRANT SELECT, UPDATE ON ${clock}.hand TO ${login};
      CREATE OR REPLACE FUNCTION ${clock}.now() RETURNS timestamptz
        LANGUAGE sql STABLE PARALLEL SAFE AS
        'SELECT coalesce((SELECT at FROM ${clock}.hand), pg_catalog.now())';
      CREATE OR REPLACE FUNCTION ${clock}.transaction_timestamp() RETURNS timestamptz
        LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT ${clock}.now()';
      CREATE OR REPLACE FUNCTION ${clock}.statement_timestamp() RETURNS timestamptz
        LANGUAGE sql STABLE PARALLEL SAFE AS
        'SELECT coalesce((SELECT at FROM ${clock}.hand), pg_catalog.statement_timestamp())';
      CREATE OR REPLACE FUNCTION ${clock}.clock_timestamp() RETURNS timestamptz
        LANGUAGE sql VOLATILE PARALLEL SAFE AS
        'SELECT coalesce((SELECT at FROM ${clock}.hand), pg_catalog.clock_timestamp())';
      ALTER ROLE ${login} SET search_path = ${service}, ${clock}, pg_catalog;
      """;

  private final String service;

  private DatabaseClock(String service) {
    this.service = service;
  }

  /** The clock of a service whose {@link ServersResource} has {@code clock=steered}. */
  public static DatabaseClock of(String service) {
    return new DatabaseClock(service);
  }

  /** Takes effect for connections that are opened from now on. */
  static void install(TestServers servers, String service) throws SQLException {
    String script =
        INSTALL
            .replace("${service}", service)
            .replace("${clock}", service + "_clock")
            .replace("${login}", DatabaseBootstrap.login(service));
    try (Connection connection = servers.connectAsSuperuser();
        Statement statement = connection.createStatement()) {
      statement.execute(script);
    }
  }

  /** From now on it is this time, in all statements of the service. */
  public void set(Instant instant) {
    turn(OffsetDateTime.ofInstant(instant, ZoneOffset.UTC));
  }

  /** From now on the clock runs and tells the real time. */
  public void release() {
    turn(null);
  }

  private void turn(@Nullable OffsetDateTime time) {
    String update = "UPDATE " + service + "_clock.hand SET at = ?::timestamptz";
    try (Connection connection = TestServers.get().connect(service);
        PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setObject(1, time, Types.TIMESTAMP_WITH_TIMEZONE);
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("The time of the database could not be set", e);
    }
  }
}
