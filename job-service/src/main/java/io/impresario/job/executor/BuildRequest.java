package io.impresario.job.executor;

import java.nio.file.Path;

/**
 * A source tree to build in place.
 *
 * @param tenant builds of one tenant run one after the other
 * @param directory the unpacked source, absolute; nobody else may use it meanwhile. Afterwards it
 *     is the bundle: sources, {@code node_modules} and the bundled entry
 * @param entryPoint relative to the directory, e.g. {@code index.ts}
 */
public record BuildRequest(String tenant, Path directory, String entryPoint) {}
