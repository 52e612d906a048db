package io.impresario.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Creates the one database with a schema and a login per service, from the resource {@code
 * /bootstrap.sql}. Run again, it adds what is missing and sets the given passwords.
 */
public final class DatabaseBootstrap {
  public static final String DATABASE = "impresario";
  public static final List<String> SERVICES =
      List.of("gateway", "job", "schedule", "callback", "log");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)_password}");

  private DatabaseBootstrap() {}

  public static String login(String service) {
    return "impresario_" + service;
  }

  /**
   * @param passwords one for each of {@link #SERVICES}; letters, digits, {@code -} and {@code _}
   */
  public static void apply(int port, String superuserPassword, Map<String, String> passwords)
      throws SQLException, IOException {
    String script = script(passwords);
    try (Connection server = connect(port, "postgres", superuserPassword);
        Statement statement = server.createStatement()) {
      if (!exists(statement)) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    }
    try (Connection database = connect(port, DATABASE, superuserPassword);
        Statement statement = database.createStatement()) {
      statement.execute(script);
    }
  }

  private static boolean exists(Statement statement) throws SQLException {
    try (ResultSet found =
        statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
      return found.next();
    }
  }

  private static Connection connect(int port, String database, String password)
      throws SQLException {
    return EmbeddedPostgres.connect(port, database, EmbeddedPostgres.SUPERUSER, password);
  }

  static String script(Map<String, String> passwords) throws IOException {
    String template;
    try (InputStream in =
        Objects.requireNonNull(
            DatabaseBootstrap.class.getResourceAsStream("/bootstrap.sql"), "bootstrap.sql")) {
      template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return PLACEHOLDER.matcher(template).replaceAll(match -> password(match.group(1), passwords));
  }

  private static String password(String service, Map<String, String> passwords) {
    String password = passwords.get(service);
    if (password == null || !password.matches("[A-Za-z0-9_-]+")) {
      throw new IllegalArgumentException(
          "The password of the "
              + service
              + " login is missing or contains characters other than"
              + " letters, digits, - and _");
    }
    return Matcher.quoteReplacement(password);
  }
}
