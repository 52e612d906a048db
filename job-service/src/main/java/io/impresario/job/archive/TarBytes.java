package io.impresario.job.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes that a tar reader reads. Bounds what it takes while it reads headers: it keeps long
 * names and extended headers in memory, and a few compressed kilobytes can claim gigabytes of them.
 */
final class TarBytes extends FilterInputStream {
  private static final long HEADER_BYTES = 1 << 20;

  private long allowed = HEADER_BYTES;

  TarBytes(InputStream plain) {
    super(plain);
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
    int read = super.read(buffer, from, length);
    allowed -= Math.max(0, read);
    if (allowed < 0) {
      throw new RefusedEntry("The archive has a header of more than 1 MiB.");
    }
    return read;
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
