package io.impresario.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  @TempDir Path directory;

  @Test
  void keepsItsDataOverACrashAndSeparatesTheServices() throws Exception {
    Map<String, String> passwords = new HashMap<>();
    DatabaseBootstrap.SERVICES.forEach(service -> passwords.put(service, "password_of_" + service));
    EmbeddedPostgres.Settings settings =
        new EmbeddedPostgres.Settings(
            directory.resolve("a directory/with spaces"),
            FreePorts.one(),
            "root-secret",
            true,
            directory.resolve("postgres.log"));

    EmbeddedPostgres first = EmbeddedPostgres.start(settings);
    DatabaseBootstrap.apply(settings.port(), "root-secret", passwords);
    DatabaseBootstrap.apply(settings.port(), "root-secret", passwords);
    execute(settings, "job", "CREATE TABLE kept (id int)");
    execute(settings, "job", "INSERT INTO kept VALUES (1)");
    first.kill();

    EmbeddedPostgres second = EmbeddedPostgres.start(settings);
    try {
      assertThat(count(settings, "job", "SELECT count(*) FROM job.kept")).isEqualTo(1);
      assertThatThrownBy(() -> count(settings, "log", "SELECT count(*) FROM job.kept"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> execute(settings, "log", "CREATE TABLE public.mine (id int)"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(
              () ->
                  EmbeddedPostgres.connect(
                      settings.port(), "impresario", "impresario_job", "wrong"))
          .hasMessageContaining("password authentication failed");
    } finally {
      second.stop();
    }
    assertThat(second.isAlive()).isFalse();
  }

  @Test
  void refusesAPasswordThatCouldLeaveItsQuotes() {
    Map<String, String> passwords = new HashMap<>();
    DatabaseBootstrap.SERVICES.forEach(service -> passwords.put(service, "x'; --"));
    assertThatThrownBy(() -> DatabaseBootstrap.script(passwords))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gateway");
  }

  private static void execute(EmbeddedPostgres.Settings settings, String service, String sql)
      throws SQLException {
    try (Connection connection = connect(settings, service);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(EmbeddedPostgres.Settings settings, String service, String sql)
      throws SQLException {
    try (Connection connection = connect(settings, service);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static Connection connect(EmbeddedPostgres.Settings settings, String service)
      throws SQLException {
    return EmbeddedPostgres.connect(
        settings.port(),
        DatabaseBootstrap.DATABASE,
        DatabaseBootstrap.login(service),
        "password_of_" + service);
  }
}
