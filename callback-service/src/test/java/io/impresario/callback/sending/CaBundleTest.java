package io.impresario.callback.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.callback.sending.AttemptOutcome.Delivered;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.targets.TargetGuard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target whose certificate only a bundle of the operator vouches for. */
class CaBundleTest {
  private static final String PASSWORD = "changeit";

  private final Vertx vertx = Vertx.vertx();
  @TempDir Path directory;

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void deliversWhereTheBundleVouchesAndNowhereElse() throws Exception {
    Path keys = directory.resolve("keys.p12");
    keytool(
        keys, "-genkeypair", "-keyalg", "EC", "-dname", "CN=private", "-ext", "san=ip:127.0.0.1");
    Path bundle = directory.resolve("bundle.pem");
    keytool(keys, "-exportcert", "-rfc", "-file", bundle.toString());
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(new PfxOptions().setPath(keys.toString()).setPassword(PASSWORD));
    int port =
        await(
                vertx
                    .createHttpServer(options)
                    .requestHandler(request -> request.response().end())
                    .listen(0, "127.0.0.1"))
            .actualPort();

    assertThat(send(port, Optional.empty())).isInstanceOf(Unreachable.class);
    assertThat(send(port, Optional.of(bundle))).isInstanceOf(Delivered.class);
  }

  @Test
  void namesABundleThatCannotBeRead() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    for (Path bundle : List.of(empty, directory.resolve("none.pem"))) {
      assertThatThrownBy(() -> sender(Optional.of(bundle)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("impresario.sending.ca-bundle=" + bundle);
    }
  }

  private AttemptOutcome send(int port, Optional<Path> bundle) throws Exception {
    CallbackSender sender = sender(bundle);
    Promise<AttemptOutcome> outcome = Promise.promise();
    String url = "https://127.0.0.1:" + port + "/";
    vertx.runOnContext(
        go ->
            sender
                .send(new OutgoingCallback(url, Map.of(), Buffer.buffer("{}")))
                .onComplete(outcome));
    return await(outcome.future());
  }

  private CallbackSender sender(Optional<Path> bundle) {
    return new CallbackSender(
        vertx,
        TargetGuard.allowing(List.of("127.0.0.0/8")),
        host -> Future.failedFuture(new IOException("no such name")),
        CallbackSenderTest.limits(Duration.ofSeconds(15), Optional.empty(), bundle),
        Clock.systemUTC());
  }

  private static void keytool(Path keys, String... arguments) throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command = new ArrayList<>(List.of(keytool.toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-alias", "target", "-storepass", PASSWORD, "-keystore", keys.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
