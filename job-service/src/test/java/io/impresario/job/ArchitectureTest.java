package io.impresario.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The features of this service form a DAG, and its pure parts know nothing of the world. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.impresario.job");

  @Test
  void featuresHaveNoCycles() {
    slices().matching("io.impresario.job.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theLifecycleIsPure() {
    classes()
        .that()
        .resideInAPackage("io.impresario.job.lifecycle..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.impresario.job.lifecycle..", "java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void onlyTheLedgerAndTheLeasesKnowHowJobsEnd() {
    classes()
        .that()
        .haveSimpleName("EndGuard")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage(
            "io.impresario.job.ledger..",
            "io.impresario.job.lease..",
            "io.impresario.job.cancel..",
            "io.impresario.job.dispatch..")
        .check(CLASSES);
  }
}
