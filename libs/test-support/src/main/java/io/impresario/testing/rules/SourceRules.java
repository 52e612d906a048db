package io.impresario.testing.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that the sources of one module show. */
final class SourceRules {
  private static final int MAX_FILES = 15;
  private static final int MAX_LINES = 300;
  private static final int MAX_TEST_LINES = 600;
  private static final String PACKAGE_INFO = "package-info.java";

  private final Path module;
  private final List<Violation> found = new ArrayList<>();

  private SourceRules(Path module) {
    this.module = module;
  }

  static List<Violation> check(Path module) {
    SourceRules rules = new SourceRules(module);
    List<Path> main = files(module.resolve("src/main/java"));
    rules.sizes(main, MAX_LINES);
    rules.sizes(files(module.resolve("src/test/java")), MAX_TEST_LINES);
    rules.packages(main);
    main.forEach(rules::logEvents);
    return rules.found;
  }

  /** The Java files under a folder of a module; none when it does not exist. */
  static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sizes(List<Path> files, int max) {
    for (Path file : files) {
      long lines = read(file).lines().count();
      if (lines > max) {
        add(Rule.FILE_SIZE, type(file), "has " + lines + " lines");
      }
    }
  }

  private void packages(List<Path> files) {
    Map<Path, List<String>> packages =
        files.stream()
            .collect(
                Collectors.groupingBy(
                    Path::getParent,
                    TreeMap::new,
                    Collectors.mapping(
                        file -> file.getFileName().toString(), Collectors.toList())));
    packages.forEach(
        (folder, names) -> {
          String name = folder.getFileName().toString();
          long size = names.stream().filter(file -> !file.equals(PACKAGE_INFO)).count();
          if (size > MAX_FILES) {
            add(Rule.PACKAGE_SIZE, name, "has " + size + " files");
          }
          if (!names.contains(PACKAGE_INFO)
              || !read(folder.resolve(PACKAGE_INFO)).contains("@NullMarked")) {
            add(Rule.PACKAGE_INFO, name, "has no package-info with @NullMarked");
          }
        });
  }

  private void logEvents(Path file) {
    for (LogEvent event : LogEvent.in(read(file))) {
      if (!event.hasTheForm()) {
        add(
            Rule.LOG_EVENT,
            event.key(),
            "is logged by " + type(file) + " as \"" + event.message() + "\"");
      }
    }
  }

  private void add(Rule rule, String subject, String detail) {
    found.add(new Violation(rule, subject, detail));
  }

  private static String type(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }
}
