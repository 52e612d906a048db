package io.impresario.job;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The scratch space of this replica: nothing in it is missed after a crash. Each feature has a
 * folder of its own below it.
 */
@Singleton
public class DataDirectory {
  private final Path root;

  DataDirectory(@ConfigProperty(name = "impresario.job.data-directory") Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The folder, made if it is not there. */
  public Path folder(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }
}
