package io.impresario.log.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of logs/list; {@code nextPageToken} is null on the last page. */
record LogPage(List<LogEntry> logs, @Nullable String nextPageToken) {}
