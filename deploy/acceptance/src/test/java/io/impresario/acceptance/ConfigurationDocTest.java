package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** docs/configuration.md and the services' own defaults name the same settings and values. */
@Order(2)
class ConfigurationDocTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path DOCUMENT = ROOT.resolve("docs/configuration.md");
  private static final Pattern ROW = Pattern.compile("^\\| `(impresario\\.[^`]+)` \\| ([^|]+) \\|");
  private static final Pattern SETTING = Pattern.compile("^(impresario\\.[\\w.-]+)=(.*)$");
  private static final Pattern MAPPING =
      Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)");
  private static final Pattern PROPERTY =
      Pattern.compile("@ConfigProperty\\(name = \"(impresario\\.[^\"]+)\"");

  private static Map<String, String> matches(Stream<Path> files, Pattern pattern) {
    Map<String, String> found = new TreeMap<>();
    files
        .flatMap(file -> read(file).lines())
        .map(pattern::matcher)
        .filter(Matcher::find)
        .forEach(match -> found.put(match.group(1), match.group(2).strip()));
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> modules() {
    return Stream.of(
            "api-gateway",
            "job-service",
            "schedule-service",
            "callback-service",
            "log-service",
            "libs/rpc",
            "libs/outbox",
            "libs/sql",
            "libs/duty",
            "libs/sealing",
            "libs/targets")
        .map(ROOT::resolve);
  }

  private static Stream<Path> properties() {
    return modules()
        .flatMap(
            module ->
                Stream.of(
                    module.resolve("src/main/resources/application.properties"),
                    module.resolve("src/main/resources/META-INF/microprofile-config.properties")))
        .filter(Files::exists);
  }

  private static Stream<String> sources() {
    return modules()
        .map(module -> module.resolve("src/main/java"))
        .filter(Files::exists)
        .flatMap(ConfigurationDocTest::javaFiles)
        .map(ConfigurationDocTest::read);
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> all(Pattern pattern) {
    return sources()
        .flatMap(source -> pattern.matcher(source).results())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyDefaultIsDocumentedAsItIs() {
    Map<String, String> documented = matches(Stream.of(DOCUMENT), ROW);
    matches(properties(), SETTING)
        .forEach(
            (key, value) -> assertThat(documented).as(key).containsEntry(key, "`" + value + "`"));
    assertThat(documented.keySet()).containsAll(all(PROPERTY));
  }

  @Test
  void whatIsDocumentedExists() {
    Set<String> known = new TreeSet<>(matches(properties(), SETTING).keySet());
    known.addAll(all(PROPERTY));
    Set<String> prefixes = all(MAPPING);
    assertThat(matches(Stream.of(DOCUMENT), ROW).keySet())
        .allMatch(
            key ->
                known.contains(key)
                    || prefixes.stream().anyMatch(prefix -> key.startsWith(prefix + ".")));
  }

  @Test
  void everyMappingIsDocumented() {
    Set<String> documented = matches(Stream.of(DOCUMENT), ROW).keySet();
    assertThat(all(MAPPING))
        .allMatch(prefix -> documented.stream().anyMatch(key -> key.startsWith(prefix + ".")));
  }
}
