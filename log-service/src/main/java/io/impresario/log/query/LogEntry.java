package io.impresario.log.query;

import io.impresario.events.LogLevel;
import java.time.Instant;
import java.util.UUID;

/** A line as clients see it. */
record LogEntry(UUID jobId, String workflow, LogLevel level, String message, Instant timestamp) {}
