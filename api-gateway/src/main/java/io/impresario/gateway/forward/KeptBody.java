package io.impresario.gateway.forward;

import io.vertx.core.buffer.Buffer;

/**
 * What has been sent of a body, kept so that a call which changes nothing can be made again when
 * the replica that had it dies. Large bodies are not kept: reads have small ones.
 */
final class KeptBody {
  private static final int MAX_BYTES = 64 << 10;

  private final Buffer bytes = Buffer.buffer();
  private boolean whole;

  KeptBody(boolean wanted) {
    this.whole = wanted;
  }

  void add(Buffer part) {
    whole = whole && bytes.length() + part.length() <= MAX_BYTES;
    if (whole) {
      bytes.appendBuffer(part);
    }
  }

  /** Whether all that was sent is here. */
  boolean isWhole() {
    return whole;
  }

  Buffer bytes() {
    return bytes;
  }
}
