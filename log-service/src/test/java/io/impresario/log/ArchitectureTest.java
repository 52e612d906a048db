package io.impresario.log;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.impresario.testing.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.impresario.log");

  @Test
  void keepsTheHouseRules() {
    HouseRules.of(CLASSES).check();
  }

  @Test
  void featuresHaveNoCycles() {
    slices().matching("io.impresario.log.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void featuresKnowOnlyThoseBelow() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("intake")
        .definedBy("io.impresario.log.intake")
        .layer("query")
        .definedBy("io.impresario.log.query")
        .layer("retention")
        .definedBy("io.impresario.log.retention")
        .layer("line")
        .definedBy("io.impresario.log.line")
        .whereLayer("intake")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("query")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("retention")
        .mayOnlyBeAccessedByLayers("intake")
        .whereLayer("line")
        .mayOnlyBeAccessedByLayers("intake", "query")
        .check(CLASSES);
  }

  @Test
  void whatALineMayBeIsPure() {
    noClasses()
        .that()
        .resideInAPackage("io.impresario.log.line")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..", "org.jspecify..", "io.impresario.events..", "io.impresario.log.line..")
        .check(CLASSES);
  }
}
