package io.impresario.outbox;

import org.jspecify.annotations.Nullable;

/** An event that arrived for the first time. */
public record Received<T>(T event, String eventId, @Nullable String traceparent) {}
