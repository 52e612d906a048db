package io.impresario.events;

import java.time.Instant;
import java.util.UUID;

/** One line of a job's log. {@code seq} counts from 1 within the job and never repeats. */
public record LogLine(
    UUID jobId,
    UUID tenantId,
    String workflow,
    long seq,
    LogLevel level,
    LogSource source,
    String message,
    Instant timestamp) {}
