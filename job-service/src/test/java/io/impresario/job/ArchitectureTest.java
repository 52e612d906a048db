package io.impresario.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.impresario.testing.rules.HouseRules;
import io.impresario.testing.rules.Rule;
import org.junit.jupiter.api.Test;

/** The features of this service form a DAG, and its pure parts know nothing of the world. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.impresario.job");

  @Test
  void keepsTheHouseRules() {
    HouseRules.of(CLASSES)
        .except(Rule.CLOCK, "ClockProducer")
        // A build outlasts the round that claims it: nobody waits for it.
        .except(Rule.SUBSCRIPTION, "Builder")
        // An edge: server-sent events are written past the resources, so the route subscribes
        // itself.
        .except(Rule.SUBSCRIPTION, "JobWatchRoute")
        .check();
  }

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
        .haveSimpleName("Guard")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage(
            "io.impresario.job.ledger..",
            "io.impresario.job.lease..",
            "io.impresario.job.dispatch..")
        .check(CLASSES);
  }

  /** What judges a stranger's archive must not be able to reach anything of ours. */
  @Test
  void unpackingKnowsNothingOfTheService() {
    classes()
        .that()
        .resideInAPackage("io.impresario.job.archive..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.impresario.job.archive..",
            "java..",
            "org.apache.commons.compress..",
            "org.jspecify..")
        .check(CLASSES);
  }

  /** A secret's value leaves through one class, for the run that declares it. */
  @Test
  void onlyTheVaultIsKnownOutsideTheCredentials() {
    classes()
        .that()
        .resideInAPackage("io.impresario.job.credential..")
        .and()
        .doNotHaveSimpleName("CredentialVault")
        .and()
        .doNotHaveSimpleName("Revealed")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAPackage("io.impresario.job.credential..")
        .check(CLASSES);
  }
}
