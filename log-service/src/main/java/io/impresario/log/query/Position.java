package io.impresario.log.query;

import java.time.Instant;
import java.util.UUID;

/** Where a line stands among all lines of a tenant; a page starts right behind one. */
record Position(Instant loggedAt, UUID jobId, long seq) {}
