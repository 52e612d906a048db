package io.impresario.job.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The plain bytes of a gzip file, all its members one after the other. Zeros behind a member are
 * skipped: tapes, and tools that write in blocks, fill the last block up. Tells damage in the file
 * from a fault of our own disk.
 */
final class GunzipStream extends InputStream {
  private final InputStream file;
  private InputStream member;

  /**
   * @param file supports marks
   */
  GunzipStream(InputStream file) throws IOException {
    this.file = file;
    try {
      member = open(file);
    } catch (IOException e) {
      throw new RefusedEntry("The source is not a gzip file: " + e.getMessage());
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    try {
      int read = member.read(buffer, from, length);
      while (read < 0 && skipZeros()) {
        member = open(file);
        read = member.read(buffer, from, length);
      }
      return read;
    } catch (EOFException e) {
      throw new RefusedEntry("The gzip file ends too early.");
    } catch (IOException e) {
      throw new RefusedEntry("The gzip file is damaged: " + e.getMessage());
    }
  }

  private static InputStream open(InputStream file) throws IOException {
    return GzipCompressorInputStream.builder().setInputStream(file).get();
  }

  /**
   * @return whether something else follows
   */
  private boolean skipZeros() throws IOException {
    int next;
    do {
      file.mark(1);
      next = file.read();
    } while (next == 0);
    file.reset();
    return next >= 0;
  }
}
