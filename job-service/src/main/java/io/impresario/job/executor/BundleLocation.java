package io.impresario.job.executor;

import java.nio.file.Path;

/**
 * A built bundle on this machine's disk.
 *
 * @param directory the unpacked bundle, absolute; the run may read all of it and write none of it
 * @param entry the module to load, relative to the directory, as {@link BuildOutcome.Built#entry}
 *     named it
 */
public record BundleLocation(Path directory, String entry) {
  public BundleLocation {
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("bundle directory is not absolute: " + directory);
    }
  }
}
