package io.impresario.testing.rules;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules that compiled classes show. */
final class ClassRules {
  private static final Map<String, Set<String>> SYSTEM_CLOCK =
      Map.of(
          "java.time.Instant", Set.of("now"),
          "java.time.LocalDate", Set.of("now"),
          "java.time.LocalDateTime", Set.of("now"),
          "java.time.OffsetDateTime", Set.of("now"),
          "java.time.ZonedDateTime", Set.of("now"),
          "java.lang.System", Set.of("currentTimeMillis"),
          "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system"));

  private static final Map<String, Set<String>> SUBSCRIPTION =
      Map.of(
          "io.smallrye.mutiny.groups.UniSubscribe", Set.of("with"),
          "io.smallrye.mutiny.groups.MultiSubscribe", Set.of("with"));

  private static final Set<String> FUTURES =
      Set.of("java.util.concurrent.CompletionStage", "java.util.concurrent.CompletableFuture");

  private static final Set<String> JSON_NAMES =
      Set.of(
          "com.fasterxml.jackson.annotation.JsonProperty",
          "com.fasterxml.jackson.databind.annotation.JsonNaming");

  private static final List<String> INJECTIONS =
      List.of("jakarta.inject.Inject", "org.eclipse.microprofile.config.inject.ConfigProperty");

  private static final Pattern SAYS_NOTHING =
      Pattern.compile(
          ".*(Util|Utils|Helper|Helpers|Manager|Impl|Controller|Repository|Dao|Dto|Service)");

  private static final Pattern PACKAGE_SAYS_NOTHING =
      Pattern.compile(".*\\.(util|utils|helper|helpers|common|base|core|misc)(\\..*)?");

  private final List<Violation> found = new ArrayList<>();

  private ClassRules() {}

  static List<Violation> check(JavaClasses classes) {
    ClassRules rules = new ClassRules();
    classes.forEach(rules::check);
    return rules.found;
  }

  private void check(JavaClass type) {
    resource(type);
    injection(type);
    calls(type, Rule.CLOCK, SYSTEM_CLOCK);
    calls(type, Rule.SUBSCRIPTION, SUBSCRIPTION);
    type.getMethods().forEach(this::future);
    type.getDirectDependenciesFromSelf().stream()
        .map(Dependency::getTargetClass)
        .filter(target -> JSON_NAMES.contains(target.getName()))
        .distinct()
        .forEach(target -> add(Rule.JSON_NAME, type, "uses @" + target.getSimpleName()));
    name(type);
  }

  private void resource(JavaClass type) {
    if (type.isAnnotatedWith("jakarta.ws.rs.Path")) {
      if (type.getModifiers().contains(JavaModifier.PUBLIC)) {
        add(Rule.RESOURCE, type, "is public");
      }
      if (type.getConstructors().size() != 1) {
        add(Rule.RESOURCE, type, "has " + type.getConstructors().size() + " constructors");
      }
    }
  }

  private void injection(JavaClass type) {
    for (JavaField field : type.getFields()) {
      INJECTIONS.stream()
          .filter(field::isAnnotatedWith)
          .forEach(any -> add(Rule.INJECTION, type, "injects its field " + field.getName()));
    }
  }

  private void calls(JavaClass type, Rule rule, Map<String, Set<String>> forbidden) {
    type.getAccessesFromSelf().stream()
        .map(JavaAccess::getTarget)
        .filter(target -> isAmong(forbidden, target))
        .map(target -> target.getOwner().getSimpleName() + "." + target.getName())
        .distinct()
        .forEach(call -> add(rule, type, "calls " + call));
  }

  private static boolean isAmong(Map<String, Set<String>> calls, AccessTarget target) {
    return calls.getOrDefault(target.getOwner().getName(), Set.of()).contains(target.getName());
  }

  private void future(JavaMethod method) {
    boolean isInner =
        method.getModifiers().contains(JavaModifier.PRIVATE)
            || method.getModifiers().contains(JavaModifier.SYNTHETIC);
    boolean isFuture =
        Stream.concat(Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
            .anyMatch(type -> FUTURES.contains(type.getName()));
    if (isFuture && !isInner) {
      add(Rule.FUTURE, method.getOwner(), method.getName() + "() has a future in its signature");
    }
  }

  private void name(JavaClass type) {
    if (SAYS_NOTHING.matcher(type.getSimpleName()).matches()) {
      add(Rule.NAME, type, "has a suffix that says nothing");
    }
    if (PACKAGE_SAYS_NOTHING.matcher(type.getPackageName()).matches()) {
      add(Rule.NAME, type, "is in the package " + type.getPackageName());
    }
  }

  private void add(Rule rule, JavaClass type, String detail) {
    found.add(new Violation(rule, outermost(type).getSimpleName(), detail));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ClassRules::outermost).orElse(type);
  }
}
