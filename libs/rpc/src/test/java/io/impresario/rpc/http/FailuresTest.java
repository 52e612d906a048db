package io.impresario.rpc.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.rpc.RpcException;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void aDatabaseThatCannotBeUsedIsUnavailable() {
    Stream.of("08006", "28P01", "40001", "40P01", "53300", "57P01", "57P03", "58030", "25006")
        .forEach(state -> assertThat(status(postgres(state))).as(state).isEqualTo(503));
    Stream.of(
            new ConnectException("127.0.0.1:5432"),
            new IOException("Connection reset by peer"),
            new VertxException("Timeout waiting for connection"),
            new CompletionException(new IllegalStateException(postgres("57P01"))))
        .forEach(lost -> assertThat(status(lost)).as("%s", lost).isEqualTo(503));
    assertThat(Failures.translate(postgres("57P01"), "r").headers())
        .containsEntry("Retry-After", "2");
  }

  @Test
  void whatTakesTooLongIsATimeout() {
    assertThat(status(postgres("57014"))).isEqualTo(504);
    assertThat(status(new TimeoutException())).isEqualTo(504);
    assertThat(status(new CompletionException(new TimeoutException()))).isEqualTo(504);
  }

  @Test
  void otherInputAndOutputIsNotTheDatabase() {
    Throwable notJson = catchThrowable(() -> new ObjectMapper().readTree("{"));
    Throwable inWordsOfTheNetwork =
        catchThrowable(
            () ->
                new ObjectMapper()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .readTree("{\"Connection reset\":1,\"Connection reset\":2}"));
    assertThat(inWordsOfTheNetwork).hasMessageContaining("Connection reset");
    Stream.of(
            notJson,
            inWordsOfTheNetwork,
            new UncheckedIOException((IOException) notJson),
            new EOFException(),
            new IOException("Invalid argument"),
            new FileSystemException("bundle", null, "No space left on device"),
            new NoSuchFileException("bundle"))
        .forEach(bug -> assertThat(status(bug)).as("%s", bug).isEqualTo(500));
  }

  @Test
  void aBugIsNotTheDatabase() {
    Stream.of("23505", "23514", "42P01", "42501", "XX000", "")
        .forEach(state -> assertThat(status(postgres(state))).as(state).isEqualTo(500));
    assertThat(status(new IllegalStateException("Timeout"))).isEqualTo(500);
    IllegalStateException outer = new IllegalStateException("outer");
    outer.initCause(new IllegalArgumentException("inner", outer));
    assertThat(status(outer)).isEqualTo(500);
  }

  @Test
  void whatIsDecidedAlreadyStays() {
    assertThat(status(RpcException.conflict("taken", "It is taken"))).isEqualTo(409);
    assertThat(status(postgres("22021"))).isEqualTo(400);
  }

  private static int status(Throwable failure) {
    return Failures.translate(failure, "request-1").status();
  }

  private static PgException postgres(String state) {
    return new PgException("failed", "ERROR", state, "");
  }
}
