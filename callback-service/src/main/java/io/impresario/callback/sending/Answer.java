package io.impresario.callback.sending;

import io.vertx.core.buffer.Buffer;

/** The beginning of what a target answered; how much is kept is the sender's limit. */
public record Answer(Buffer beginning) {

  public static Answer empty() {
    return new Answer(Buffer.buffer());
  }
}
