package io.impresario.sql;

import static io.impresario.sql.SqlFault.CONFLICT;
import static io.impresario.sql.SqlFault.PERMANENT;
import static io.impresario.sql.SqlFault.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.CompositeException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SqlFaultTest {

  @Test
  void tellsWhatPassesByTheState() {
    Stream.of(
            "08000", "08006", "28P01", "3D000", "53300", "53100", "57014", "57P01", "57P03",
            "58030", "25006", "25P03")
        .forEach(state -> assertThat(SqlFault.of(postgres(state))).as(state).isEqualTo(TRANSIENT));
    Stream.of("40001", "40P01", "55P03")
        .forEach(state -> assertThat(SqlFault.of(postgres(state))).as(state).isEqualTo(CONFLICT));
    Stream.of(
            "22021", "22P02", "23505", "23514", "42501", "42P01", "25P02", "0A000", "XX000", "",
            "x")
        .forEach(state -> assertThat(SqlFault.of(postgres(state))).as(state).isEqualTo(PERMANENT));
  }

  @Test
  void readsJdbcAlike() {
    assertThat(SqlFault.of(new SQLException("gone", "57P01"))).isEqualTo(TRANSIENT);
    assertThat(SqlFault.of(new SQLException("twice", "23505"))).isEqualTo(PERMANENT);
    assertThat(SqlFault.of(new SQLException("Sorry, acquisition timeout!"))).isEqualTo(TRANSIENT);
  }

  @Test
  void aLostConnectionPasses() {
    Stream.of(
            ClosedConnectionException.INSTANCE,
            new ConnectException("Connection refused"),
            new UnknownHostException("postgres"),
            new ClosedChannelException(),
            new IOException("Connection reset by peer"),
            new VertxException("Timeout waiting for connection"),
            new VertxException("Connection is not active now, current status: CLOSED"),
            new VertxException(
                "Pending requests failed to be sent due to connection has been closed."))
        .forEach(lost -> assertThat(SqlFault.of(lost)).as("%s", lost).isEqualTo(TRANSIENT));
  }

  @Test
  void whatIsNotKnownDoesNotPass() {
    Stream.of(
            new NullPointerException(),
            new IllegalStateException("surprise"),
            new RuntimeException("anything"),
            new VertxException("anything"),
            new IOException("No space left on device"),
            new com.fasterxml.jackson.core.JsonParseException(null, "not JSON"),
            new StackOverflowError())
        .forEach(
            unknown -> assertThat(SqlFault.of(unknown)).as("%s", unknown).isEqualTo(PERMANENT));
  }

  @Test
  void looksThroughWrappers() {
    Throwable wrapped =
        new CompletionException(
            new RuntimeException(new CompositeException(postgres("40P01"), new IOException())));
    assertThat(SqlFault.of(wrapped)).isEqualTo(CONFLICT);
    assertThat(SqlFault.sqlState(wrapped)).contains("40P01");
    assertThat(SqlFault.isUniqueViolation(new RuntimeException(postgres("23505")))).isTrue();
    assertThat(SqlFault.isUniqueViolation(wrapped)).isFalse();
    assertThat(SqlFault.sqlState(new IOException())).isEmpty();
  }

  @Test
  void aRingOfCausesEnds() {
    Exception one = new Exception("one");
    one.initCause(new Exception("two", one));
    assertThat(SqlFault.of(one)).isEqualTo(PERMANENT);
  }

  private static PgException postgres(String state) {
    return new PgException("refused", "ERROR", state, "");
  }
}
