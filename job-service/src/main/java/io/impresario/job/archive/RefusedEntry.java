package io.impresario.job.archive;

import java.io.IOException;

/** Stops an unpacking at the first entry that is not allowed. Never leaves this package. */
final class RefusedEntry extends IOException {
  private static final long serialVersionUID = 1L;

  RefusedEntry(String reason) {
    super(reason);
  }
}
