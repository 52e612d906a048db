package io.impresario.local.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Json;
import io.impresario.local.stack.LauncherRecord;
import io.impresario.local.stack.StackState;
import io.impresario.local.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of the answers that docs/api/openapi.yaml describes. */
class ListingsTest {
  @TempDir Path directory;

  private final Map<String, String> answers = new LinkedHashMap<>();
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final Console console = new Console(new PrintStream(shown, true, UTF_8));
  private HttpServer gateway;

  @BeforeEach
  void open() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext("/", this::answer);
    gateway.start();
    String url = "http://127.0.0.1:" + gateway.getAddress().getPort();
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().orElseThrow().toEpochMilli();
    Files.writeString(
        home().launcherFile(),
        Json.MAPPER.writeValueAsString(
            Map.of("launcher", new LauncherRecord.Started(self.pid(), started))));
    Files.writeString(
        home().stateFile(),
        Json.MAPPER.writeValueAsString(new StackState(url, "key", "admin", "", "", Map.of())));
  }

  @AfterEach
  void close() {
    gateway.stop(0);
  }

  @Test
  void anExpiredKeyIsNotCalledRevoked() throws Exception {
    answers.put(
        "",
        """
        [{"id":"1","name":"laptop","prefix":"imp_","start":"imp_a","enabled":true},
         {"id":"2","name":"ci","prefix":"imp_","start":"imp_b","enabled":false}]
        """);
    new KeysCommand(home(), console).list();
    assertThat(lines()).hasSize(2);
    assertThat(lines()[0]).endsWith("imp_a…");
    assertThat(lines()[1]).endsWith("imp_b…  expired");
  }

  @Test
  void aSuspendedTenantIsShownAsOneAndEveryPageIsRead() throws Exception {
    answers.put(
        "{\"cursor\":\"next\"}",
        """
        {"json":{"tenants":[{"tenant_id":"2","name":"late","status":"suspended"}],"next_cursor":null}}
        """);
    answers.put(
        "{}",
        """
        {"json":{"tenants":[{"tenant_id":"1","name":"acme","status":"active"}],"next_cursor":"next"}}
        """);
    new TenantsCommand(home(), console).list();
    assertThat(lines()).hasSize(2);
    assertThat(lines()[0]).endsWith("acme");
    assertThat(lines()[1]).endsWith("late  suspended");
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String input = body.length == 0 ? "" : Json.MAPPER.readTree(body).path("json").toString();
    byte[] answer = answers.getOrDefault(input, "").getBytes(UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private String[] lines() {
    return shown.toString(UTF_8).split("\\R");
  }

  private Home home() {
    return new Home(directory, directory, directory.resolve("data"));
  }
}
