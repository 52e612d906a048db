package io.impresario.rpc;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every response body of the public port is. An error has exactly the keys of {@link Failure}:
 * the oRPC v1 client throws an error away that carries any other.
 */
public record Envelope(@Nullable Object json) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The inside of an error envelope. */
  public record Failure(
      boolean defined,
      String code,
      int status,
      @Nullable String message,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> data) {}

  public static Envelope error(RpcException error) {
    return new Envelope(
        new Failure(false, error.code(), error.status(), error.getMessage(), error.data()));
  }

  /** An error's whole body as text, for where no JAX-RS writer is at hand. */
  public static String errorText(RpcException error) {
    try {
      return JSON.writeValueAsString(error(error));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
