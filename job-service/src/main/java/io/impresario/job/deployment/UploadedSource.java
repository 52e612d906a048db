package io.impresario.job.deployment;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A source as it arrived.
 *
 * @param envelope the request body with the source replaced by a short stand-in
 * @param file the decoded source
 * @param broken why it is not valid base64, or null
 */
record UploadedSource(byte[] envelope, Path file, @Nullable String broken) {}
