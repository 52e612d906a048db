package io.impresario.testing.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds one module to the house's conventions: {@code HouseRules.of(CLASSES).except(Rule.CLOCK,
 * "ClockProducer").check()} in its {@code ArchitectureTest}. Exceptions are named one by one; one
 * that is no longer needed is a violation too, so that the lists shrink.
 */
public final class HouseRules {
  private static final String NEEDLESS = "keeps the rule and must not be an exception any more";

  private final JavaClasses classes;
  private final Map<Rule, Set<String>> exceptions = new EnumMap<>(Rule.class);

  private HouseRules(JavaClasses classes) {
    this.classes = classes;
  }

  /** Of a module's classes; its sources are read from the folder that the test runs in. */
  public static HouseRules of(JavaClasses classes) {
    return new HouseRules(classes);
  }

  /**
   * @param subjects simple names of top-level classes, last parts of packages or keys of log events
   */
  public HouseRules except(Rule rule, String... subjects) {
    exceptions.computeIfAbsent(rule, any -> new HashSet<>()).addAll(List.of(subjects));
    return this;
  }

  /**
   * @throws AssertionError naming every violation that is not an exception, and every exception
   *     that is not needed any more
   */
  public void check() {
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    List<Violation> found =
        Stream.concat(ClassRules.check(classes).stream(), SourceRules.check(module).stream())
            .distinct()
            .toList();
    Map<Rule, List<Violation>> violations =
        Stream.concat(found.stream().filter(one -> !isException(one)), needless(found))
            .collect(
                Collectors.groupingBy(
                    Violation::rule, () -> new EnumMap<>(Rule.class), Collectors.toList()));
    if (!violations.isEmpty()) {
      throw new AssertionError("docs/conventions.md is violated:" + text(violations));
    }
  }

  private static String text(Map<Rule, List<Violation>> violations) {
    StringBuilder text = new StringBuilder();
    violations.forEach(
        (rule, broken) -> {
          text.append("\n  ").append(rule.name()).append(": ").append(rule.sentence());
          broken.forEach(one -> text.append("\n    ").append(one));
        });
    return text.toString();
  }

  private Stream<Violation> needless(List<Violation> found) {
    return exceptions.entrySet().stream()
        .flatMap(entry -> needless(entry.getKey(), entry.getValue(), found));
  }

  private static Stream<Violation> needless(
      Rule rule, Set<String> subjects, List<Violation> found) {
    return subjects.stream()
        .filter(subject -> found.stream().noneMatch(one -> one.is(rule, subject)))
        .map(subject -> new Violation(rule, subject, NEEDLESS));
  }

  private boolean isException(Violation violation) {
    return exceptions.getOrDefault(violation.rule(), Set.of()).contains(violation.subject());
  }
}
