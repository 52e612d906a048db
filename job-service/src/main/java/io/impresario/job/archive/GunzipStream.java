package io.impresario.job.archive;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The plain bytes of a gzip file. Tells damage in the file from a fault of our own disk, and bounds
 * what the tar reader takes while it reads headers: it keeps long names and extended headers in
 * memory, and a few compressed kilobytes can claim gigabytes of them.
 */
final class GunzipStream extends FilterInputStream {
  private static final long HEADER_BYTES = 1 << 20;

  private long allowed = HEADER_BYTES;

  private GunzipStream(InputStream plain) {
    super(plain);
  }

  static GunzipStream of(InputStream file) throws IOException {
    try {
      return new GunzipStream(
          GzipCompressorInputStream.builder()
              .setInputStream(file)
              .setDecompressConcatenated(true)
              .get());
    } catch (IOException e) {
      throw new RefusedEntry("The source is not a gzip file: " + e.getMessage());
    }
  }

  void expectHeaders() {
    allowed = HEADER_BYTES;
  }

  /** The size of contents is bounded by whoever writes them. */
  void expectContent() {
    allowed = Long.MAX_VALUE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    int read = readChecked(buffer, from, length);
    allowed -= Math.max(0, read);
    if (allowed < 0) {
      throw new RefusedEntry("The archive has a header of more than 1 MiB.");
    }
    return read;
  }

  private int readChecked(byte[] buffer, int from, int length) throws IOException {
    try {
      return super.read(buffer, from, length);
    } catch (EOFException e) {
      throw new RefusedEntry("The gzip file ends too early.");
    } catch (IOException e) {
      throw new RefusedEntry("The gzip file is damaged: " + e.getMessage());
    }
  }

  /** By reading, so that skipped bytes are checked and counted too. */
  @Override
  public long skip(long count) throws IOException {
    byte[] buffer = new byte[(int) Math.min(count, 8192)];
    long skipped = 0;
    while (skipped < count) {
      int read = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }
}
