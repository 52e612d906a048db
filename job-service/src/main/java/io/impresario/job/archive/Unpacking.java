package io.impresario.job.archive;

/** What came of unpacking an archive. */
public sealed interface Unpacking {
  /** All of it is on disk. */
  record Unpacked(int files, long bytes) implements Unpacking {}

  /**
   * The archive is broken or not safe. What was written before that was found is still there.
   *
   * @param reason a sentence for the person who made the archive
   */
  record Refused(String reason) implements Unpacking {}
}
