package io.impresario.callback.sending;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** A callback ready to go: where to, with which headers, and its exact bytes. */
public record OutgoingCallback(String url, Map<String, String> headers, Buffer body) {}
