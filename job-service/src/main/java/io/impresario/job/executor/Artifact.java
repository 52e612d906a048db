package io.impresario.job.executor;

import java.nio.file.Path;

/** A file that a failed run left behind, already in the directory that the request named. */
public record Artifact(Kind kind, Path file) {
  /** What the file shows. */
  public enum Kind {
    SCREENSHOT,
    PAGE_HTML
  }
}
