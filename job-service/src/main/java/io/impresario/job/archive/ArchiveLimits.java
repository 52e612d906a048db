package io.impresario.job.archive;

/**
 * How much an archive may hold once unpacked.
 *
 * @param files files and links; as many directories are allowed on top
 * @param bytes of all files together
 */
public record ArchiveLimits(int files, long bytes) {
  /** What a client may upload (docs/deployments.md). */
  public static final ArchiveLimits SOURCE = new ArchiveLimits(20_000, 512L << 20);

  /** What a build may make of it: the source with its installed packages. */
  public static final ArchiveLimits BUNDLE = new ArchiveLimits(200_000, 2048L << 20);

  public ArchiveLimits {
    if (files < 1 || bytes < 1) {
      throw new IllegalArgumentException("limits must be positive: " + files + ", " + bytes);
    }
  }
}
