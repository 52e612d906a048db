package io.impresario.callback.message;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of a callback: always the same nine keys in the same order, {@code null} where
 * there is nothing. The result goes in verbatim, so that its numbers do not change.
 */
public final class CallbackBody {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();
  private static final int USUAL_BYTES = 512;

  private CallbackBody() {}

  /** The body for a job that completed or failed. */
  public static byte[] of(JobFinished job) {
    boolean completed = job.status() == JobOutcome.COMPLETED;
    return write(
        new Fields(
            CallbackEvent.of(job.status())
                .orElseThrow(() -> new IllegalArgumentException("a cancelled job has no callback"))
                .wireName(),
            job.jobId().toString(),
            job.nonce(),
            job.workflow(),
            job.deploymentId().toString(),
            completed ? "completed" : "failed",
            completed ? job.result() : null,
            completed ? null : job.error(),
            completed ? null : job.mappedStack()));
  }

  /** The body of a test delivery: the same keys, without a job. */
  public static byte[] ofTest() {
    return write(
        new Fields(CallbackEvent.TEST.wireName(), null, null, null, null, null, null, null, null));
  }

  private static byte[] write(Fields fields) {
    JsonText result = fields.result();
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(USUAL_BYTES + (result == null ? 0 : result.text().length()));
    try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      text(json, "event", fields.event());
      text(json, "job_id", fields.jobId());
      text(json, "nonce", fields.nonce());
      text(json, "workflow", fields.workflow());
      text(json, "deployment_id", fields.deploymentId());
      text(json, "status", fields.status());
      json.writeFieldName("result");
      json.writeRawValue(result == null ? "null" : result.text());
      text(json, "error", fields.error());
      text(json, "mapped_stack", fields.mappedStack());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a callback body could not be written", e);
    }
    return bytes.toByteArray();
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    json.writeFieldName(name);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(wellFormed(value));
    }
  }

  /** A thrown message may contain half a surrogate pair, which cannot be encoded in UTF-8. */
  private static String wellFormed(String value) {
    boolean lone = value.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
    return lone
        ? value
            .codePoints()
            .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
        : value;
  }

  private record Fields(
      String event,
      @Nullable String jobId,
      @Nullable String nonce,
      @Nullable String workflow,
      @Nullable String deploymentId,
      @Nullable String status,
      @Nullable JsonText result,
      @Nullable String error,
      @Nullable String mappedStack) {}
}
