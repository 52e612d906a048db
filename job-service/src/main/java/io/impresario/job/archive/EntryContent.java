package io.impresario.job.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The content of one entry, with a cut archive told from a fault of our disk. */
final class EntryContent extends FilterInputStream {
  EntryContent(InputStream in) {
    super(in);
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    try {
      return super.read(buffer, from, length);
    } catch (RefusedEntry e) {
      throw e;
    } catch (IOException e) {
      throw new RefusedEntry("The archive is damaged: " + e.getMessage());
    }
  }

  /** The archive goes on after it. */
  @Override
  public void close() {}
}
