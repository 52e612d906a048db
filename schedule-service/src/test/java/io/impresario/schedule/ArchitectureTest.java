package io.impresario.schedule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.impresario.testing.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.impresario.schedule");

  @Test
  void keepsTheHouseRules() {
    HouseRules.of(SERVICE).check();
  }

  @Test
  void featuresKnowOnlyThoseBeforeThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("cron")
        .definedBy("..schedule.cron..")
        .layer("definition")
        .definedBy("..schedule.definition..")
        .layer("occurrence")
        .definedBy("..schedule.occurrence..")
        .layer("firing")
        .definedBy("..schedule.firing..")
        .whereLayer("firing")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("definition")
        .mayOnlyBeAccessedByLayers("firing")
        .whereLayer("occurrence")
        .mayOnlyBeAccessedByLayers("firing")
        .check(SERVICE);
    slices().matching("io.impresario.schedule.(*)..").should().beFreeOfCycles().check(SERVICE);
  }

  @Test
  void cronKnowsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage("..schedule.cron..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("..schedule.cron..", "java..", "org.jspecify..")
        .check(SERVICE);
  }

  @Test
  void nothingReadsTheSystemClockOrBlocks() {
    noClasses()
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.Clock.class, "systemUTC")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(io.smallrye.mutiny.Uni.class, "await")
        .check(SERVICE);
  }
}
