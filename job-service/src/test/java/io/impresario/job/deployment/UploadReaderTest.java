package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadReaderTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path temp;

  @Test
  void decodesTheSourceToAFileAndKeepsTheRest() throws IOException {
    byte[] source = new byte[300_001];
    new Random(7).nextBytes(source);
    UploadedSource read =
        read(
            "{\"json\":{\"description\":\"d\",\"source\":\""
                + Base64.getEncoder().encodeToString(source)
                + "\",\"n\":12345678901234567890,\"entry_point\":\"a.ts\"},\"meta\":[]}");

    assertThat(Files.readAllBytes(read.file())).isEqualTo(source);
    assertThat(read.broken()).isNull();
    Input input = Input.ofBody(read.envelope());
    assertThat(input.requiredText("source", 1, 100)).isEqualTo("uploaded");
    assertThat(input.optionalText("entry_point", 1, 100)).isEqualTo("a.ts");
    assertThat(input.optionalText("description", 1, 100)).isEqualTo("d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"aGk=", "aGk", "\\naGk=", "\\u0061Gk="})
  void takesBase64AsClientsWriteIt(String base64) throws IOException {
    assertThat(read(body(base64)).file()).hasContent("hi");
  }

  @Test
  void takesEscapedSlashes() throws IOException {
    assertThat(Files.readAllBytes(read(body("\\/\\/\\/\\/")).file()))
        .isEqualTo(new byte[] {-1, -1, -1});
  }

  @ParameterizedTest
  @ValueSource(strings = {"%%%%", "aGk=aGk=x!", "a", "äöü", "data:application/gzip;base64,aGk="})
  void saysWhatIsWrongWithBrokenBase64(String base64) throws IOException {
    UploadedSource read = read(body(base64));
    assertThat(read.broken()).startsWith("The source is not valid base64: ");
    Input input = Input.ofBody(read.envelope());
    input.requiredText("source", 1, 100);
    input.check();
  }

  @Test
  void leavesTheJudgementOfOtherFaultsToTheEnvelope() throws IOException {
    assertThatThrownBy(() -> issuesOf("{\"json\":{\"source\":5}}"))
        .isInstanceOf(RpcException.class);
    assertThatThrownBy(() -> issuesOf("{\"json\":{\"source\":\"\"}}"))
        .isInstanceOf(RpcException.class);
    assertThatThrownBy(() -> issuesOf("{\"json\":{}}")).isInstanceOf(RpcException.class);
    assertThatThrownBy(() -> issuesOf("{\"json\":{\"source\":\"aGk=\",\"source\":\"aGk=\"}}"))
        .hasMessage(RpcException.MALFORMED_MESSAGE);
    assertThatThrownBy(() -> issuesOf("[]")).isInstanceOf(RpcException.class);
    assertThatThrownBy(() -> issuesOf("")).isInstanceOf(RpcException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"json\":{\"source\":\"aGk",
        "nonsense",
        "{\"json\":{\"source\":\"aGk=\"}",
        "{]"
      })
  void refusesMalformedBodies(String body) {
    assertThatThrownBy(() -> issuesOf(body)).hasMessage(RpcException.MALFORMED_MESSAGE);
  }

  @Test
  void onlyTheSourceOfTheInputIsTakenOut() throws IOException {
    UploadedSource read = read("{\"source\":\"aGk=\",\"json\":{\"x\":{\"source\":\"aGk=\"}}}");
    assertThat(read.file()).isEmptyFile();
    assertThat(new String(read.envelope(), StandardCharsets.UTF_8))
        .contains("\"x\":{\"source\":\"aGk=\"}");
  }

  @Test
  void stopsAtTheLimit() {
    byte[] chunk = "AAAA".repeat(1 << 18).getBytes(StandardCharsets.US_ASCII);
    InputStream endless =
        new SequenceInputStream(
            new ByteArrayInputStream(
                "{\"json\":{\"source\":\"".getBytes(StandardCharsets.US_ASCII)),
            new InputStream() {
              private int at;

              @Override
              public int read() {
                at = (at + 1) % chunk.length;
                return chunk[at];
              }

              @Override
              public int read(byte[] buffer, int from, int length) {
                int count = Math.min(length, chunk.length);
                System.arraycopy(chunk, 0, buffer, from, count);
                return count;
              }
            });
    assertThatThrownBy(() -> UploadReader.read(endless, temp.resolve("source")))
        .isInstanceOfSatisfying(
            RpcException.class, error -> assertThat(error.status()).isEqualTo(413));
  }

  private void issuesOf(String body) throws IOException {
    Input input = Input.ofBody(read(body).envelope());
    input.requiredText("source", 1, 100);
    input.check();
  }

  private UploadedSource read(String body) throws IOException {
    return UploadReader.read(
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), temp.resolve("source"));
  }

  private static String body(String base64) {
    return "{\"json\":{\"source\":\"" + base64 + "\"}}";
  }
}
