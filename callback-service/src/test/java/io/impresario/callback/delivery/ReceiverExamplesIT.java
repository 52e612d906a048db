package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.WebhookApi;
import io.impresario.embedded.FreePorts;
import io.impresario.testing.Eventually;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The receivers of docs/receiving-callbacks.md, as they stand there, against real deliveries. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "callback"),
      @ResourceArg(name = "clock", value = "steered"),
      @ResourceArg(name = "impresario.callback-targets.allowed-networks", value = "127.0.0.0/8"),
      @ResourceArg(name = "impresario.webhooks.max-endpoints", value = "5")
    })
class ReceiverExamplesIT {

  private static final String STANDARD = "whsec_c2VjcmV0IG9mIHRoZSBlbmRwb2ludA==";

  @Inject MutableClock clock;
  @TempDir Path directory;

  @Test
  void verifiesInNode() throws Exception {
    verifies("js", "receiver.mjs", List.of("node"));
  }

  @Test
  void verifiesInPython() throws Exception {
    verifies("python", "receiver.py", List.of("python3"));
  }

  @Test
  void verifiesInJava() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    verifies("java", "Receiver.java", List.of(java));
  }

  private void verifies(String language, String file, List<String> command) throws Exception {
    Path program = Files.writeString(directory.resolve(file), example(language));
    // Receivers refuse what is more than five minutes old.
    clock.set(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    for (String secret : List.of(WebhookApi.SECRET, STANDARD)) {
      assertThat(delivered(program, command, secret, secret)).isEqualTo("delivered");
    }
    assertThat(delivered(program, command, STANDARD, WebhookApi.SECRET)).isEqualTo("failed");
  }

  /** How a test delivery ends, which is tried once. */
  private static String delivered(
      Path program, List<String> command, String signedWith, String verifiedWith) throws Exception {
    int port = FreePorts.one();
    Process receiver = start(program, command, port, verifiedWith);
    try {
      Eventually.isTrue("listens", () -> listens(port));
      WebhookApi api = new WebhookApi();
      String endpoint =
          api.ok(
                  "create",
                  Map.of("url", "http://127.0.0.1:" + port + "/", "signing_secret", signedWith))
              .getString("webhook_endpoint_id");
      api.ok("test", Map.of("id", endpoint));
      Eventually.isTrue(
          "has ended",
          () ->
              !api.ok("deliveries", Map.of("state", "pending"))
                  .getList("deliveries")
                  .iterator()
                  .hasNext());
      return api.ok("deliveries", Map.of()).getString("deliveries[0].state");
    } finally {
      receiver.destroy();
      receiver.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static Process start(Path program, List<String> command, int port, String secret) {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(command.stream(), Stream.of(program.toString())).toList());
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("SIGNING_SECRET", secret);
    try {
      return builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      Assumptions.abort(command + " is not installed");
      throw new IllegalStateException(e);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String example(String language) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "receiving-callbacks.md"));
    String begin = "```" + language + "\n";
    int start = page.indexOf(begin) + begin.length();
    assertThat(start).isGreaterThan(begin.length());
    return page.substring(start, page.indexOf("\n```", start));
  }
}
