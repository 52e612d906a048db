package io.impresario.rpc;

import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call whose body is too large to be held in memory: the resource method reads it as it arrives,
 * and so must be {@code @Blocking}. It takes the large field out and hands what remains of the
 * envelope to {@link #input}.
 */
public record RpcUpload(
    Caller caller,
    String requestId,
    @Nullable String traceparent,
    InputStream body,
    Function<byte[], Input> decoder)
    implements RpcCall {

  /**
   * Decodes the envelope as for any other call.
   *
   * @throws RpcException 400 when it is malformed
   */
  public Input input(byte[] envelope) {
    return decoder.apply(envelope);
  }
}
