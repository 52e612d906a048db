package io.impresario.callback;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.impresario.testing.rules.HouseRules;
import org.junit.jupiter.api.Test;

/** The features of this service and which of them may know which. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.impresario.callback");

  @Test
  void keepsTheHouseRules() {
    HouseRules.of(CLASSES).check();
  }

  @Test
  void featuresFormADag() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.impresario.callback..")
        .layer("endpoint")
        .definedBy("..callback.endpoint..")
        .layer("intake")
        .definedBy("..callback.intake..")
        .layer("history")
        .definedBy("..callback.history..")
        .layer("delivery")
        .definedBy("..callback.delivery..")
        .layer("lane")
        .definedBy("..callback.lane..")
        .layer("sending")
        .definedBy("..callback.sending..")
        .layer("secret")
        .definedBy("..callback.secret..")
        .layer("signing")
        .definedBy("..callback.signing..")
        .layer("retry")
        .definedBy("..callback.retry..")
        .layer("message")
        .definedBy("..callback.message..")
        .whereLayer("endpoint")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("history")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("intake")
        .mayOnlyBeAccessedByLayers("endpoint")
        .whereLayer("delivery")
        .mayOnlyBeAccessedByLayers("endpoint", "intake", "history")
        .whereLayer("sending")
        .mayOnlyBeAccessedByLayers("delivery")
        .check(CLASSES);
    slices().matching("io.impresario.callback.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void pureDecisionsKnowOnlyTheJdkAndTheContracts() {
    classes()
        .that()
        .resideInAnyPackage("..callback.signing..", "..callback.retry..", "..callback.message..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.crypto..",
            "org.jspecify..",
            "com.fasterxml.jackson.core..",
            "io.impresario.events..",
            "io.impresario.sealing..",
            "io.impresario.targets..",
            "io.impresario.callback.signing..",
            "io.impresario.callback.retry..",
            "io.impresario.callback.message..")
        .check(CLASSES);
  }
}
