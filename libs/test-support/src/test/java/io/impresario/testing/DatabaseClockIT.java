package io.impresario.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseClockIT {
  private static final Instant LEAP_DAY = Instant.parse("2024-02-29T12:00:00.000001Z");

  @ParameterizedTest
  @ValueSource(
      strings = {"now()", "clock_timestamp()", "statement_timestamp()", "transaction_timestamp()"})
  void standsWhereATestHasSetItAndRunsOnceReleased(String function) throws SQLException {
    DatabaseClock.install(TestServers.get(), "gateway");
    DatabaseClock database = DatabaseClock.of("gateway");
    Instant before = Instant.now();
    assertThat(told("gateway", function))
        .isBetween(before.minusSeconds(60), before.plusSeconds(60));
    MutableClock clock = MutableClock.at(LEAP_DAY).steering(database);
    assertThat(told("gateway", function)).isEqualTo(LEAP_DAY);
    clock.advance(Duration.ofMillis(1));
    assertThat(told("gateway", function)).isEqualTo(clock.instant());
    database.release();
    assertThat(told("gateway", function)).isAfter(before.minusSeconds(60));
  }

  @Test
  void leavesOtherServicesTheirTime() throws SQLException {
    DatabaseClock.install(TestServers.get(), "gateway");
    DatabaseClock.of("gateway").set(LEAP_DAY);
    assertThat(told("log", "now()")).isAfter(LEAP_DAY.plus(Duration.ofDays(1)));
    DatabaseClock.of("gateway").release();
  }

  private static Instant told(String service, String function) throws SQLException {
    try (Connection connection = TestServers.get().connect(service);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT " + function)) {
      result.next();
      return result.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
