package io.impresario.job.deployment;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.RpcLimits;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Takes the source out of a {@code deployments/create} body as it arrives: its base64 goes decoded
 * to a file, a few kilobytes at a time, and everything else is kept as a small envelope that is
 * judged like any other request. So an upload costs memory for its other fields only.
 */
final class UploadReader {
  private static final String SOURCE = "/json/source";

  /** Stands in the envelope where the source was. */
  private static final String STAND_IN = "uploaded";

  private static final Base64Variant BASE64 = Base64Variants.MIME_NO_LINEFEEDS.withPaddingAllowed();

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(100)
                  .maxStringLength((int) RpcLimits.MAX_BODY_BYTES)
                  .build())
          .build();

  private UploadReader() {}

  /**
   * Blocks until the body has arrived.
   *
   * @param file where the source goes; made or replaced
   * @throws RpcException when the body is malformed or too large
   */
  static UploadedSource read(InputStream body, Path file) throws IOException {
    LimitedInput limited = new LimitedInput(body, RpcLimits.MAX_UPLOAD_BYTES);
    Files.write(file, new byte[0]);
    ByteArrayOutputStream envelope = new ByteArrayOutputStream();
    String broken;
    try {
      broken = split(limited, envelope, file);
    } catch (StreamConstraintsException tooLong) {
      throw RpcException.payloadTooLarge(RpcLimits.MAX_BODY_BYTES);
    } catch (JsonProcessingException malformed) {
      throw RpcException.malformed();
    }
    limited.drain();
    return new UploadedSource(envelope.toByteArray(), file, broken);
  }

  private static @Nullable String split(InputStream body, OutputStream envelope, Path file)
      throws IOException {
    try (JsonParser parser = JSON.createParser(body);
        JsonGenerator rest = JSON.createGenerator(envelope)) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING && isSource(parser)) {
          String broken = decode(parser, rest, file);
          if (broken != null) {
            return broken;
          }
        } else {
          rest.copyCurrentEventExact(parser);
        }
      }
      return null;
    }
  }

  private static boolean isSource(JsonParser parser) throws IOException {
    return "source".equals(parser.currentName())
        && parser.getParsingContext().pathAsPointer().toString().equals(SOURCE);
  }

  /**
   * What is wrong with the base64, or null. The parser cannot go on inside a broken text, so what
   * comes after one is not read: the generator closes the envelope's objects, and the deployment
   * fails with the defaults of the fields that were not seen.
   */
  private static @Nullable String decode(JsonParser parser, JsonGenerator rest, Path file)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      int bytes = parser.readBinaryValue(BASE64, out);
      rest.writeString(bytes == 0 ? "" : STAND_IN);
      return null;
    } catch (JsonEOFException cut) {
      throw cut;
    } catch (JsonParseException e) {
      String message = e.getOriginalMessage();
      if (!message.contains("base64")) {
        throw e;
      }
      return broken(rest, message);
    } catch (IllegalArgumentException illegalCharacter) {
      return broken(rest, String.valueOf(illegalCharacter.getMessage()));
    }
  }

  private static String broken(JsonGenerator rest, String message) throws IOException {
    rest.writeString(STAND_IN);
    return "The source is not valid base64: " + message;
  }

  /** Counts what arrives. */
  private static final class LimitedInput extends FilterInputStream {
    private final long limit;
    private long left;

    LimitedInput(InputStream body, long limit) {
      super(body);
      this.limit = limit;
      this.left = limit;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int read = super.read(buffer, from, length);
      left -= Math.max(0, read);
      if (left < 0) {
        throw RpcException.payloadTooLarge(limit);
      }
      return read;
    }

    /** An answer before the end of the request would reach some clients as a broken connection. */
    void drain() throws IOException {
      byte[] buffer = new byte[64 << 10];
      while (read(buffer, 0, buffer.length) >= 0) {
        continue;
      }
    }
  }
}
