package io.impresario.job.bundle;

import java.util.Locale;

/** Which of a deployment's two archives. */
public enum ArchiveKind {
  SOURCE,
  BUNDLE;

  String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
