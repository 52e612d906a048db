package io.impresario.job;

import java.nio.file.Path;

/** A data directory for a test of one class. */
public final class ScratchDirectory {
  private ScratchDirectory() {}

  public static DataDirectory at(Path root) {
    return new DataDirectory(root);
  }
}
