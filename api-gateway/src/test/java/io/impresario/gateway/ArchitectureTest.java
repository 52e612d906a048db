package io.impresario.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.impresario.testing.rules.HouseRules;
import io.impresario.testing.rules.Rule;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.impresario.gateway");

  @Test
  void keepsTheHouseRules() {
    HouseRules.of(MAIN)
        // An edge: the public port is a server of our own, so no framework subscribes for it.
        .except(Rule.SUBSCRIPTION, "PublicCall")
        .check();
  }

  @Test
  void featuresFormNoCycles() {
    slices().matching("io.impresario.gateway.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void forwardingDecidesNothingAboutCallers() {
    noClasses()
        .that()
        .resideInAPackage("io.impresario.gateway.forward")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.impresario.gateway.key",
            "io.impresario.gateway.limit",
            "io.impresario.gateway.tenant",
            "io.impresario.gateway.account")
        .check(MAIN);
  }

  @Test
  void nothingDependsOnTheFrontDoor() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.impresario.gateway.front")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.impresario.gateway.front")
        .check(MAIN);
  }

  @Test
  void keysKnowNoOtherFeature() {
    classes()
        .that()
        .resideInAPackage("io.impresario.gateway.key")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages(
            "io.impresario.gateway.tenant",
            "io.impresario.gateway.account",
            "io.impresario.gateway.route",
            "io.impresario.gateway.audit",
            "io.impresario.gateway.profile")
        .check(MAIN);
  }

  @Test
  void routesAndLimitsOpenNoConnection() {
    noClasses()
        .that()
        .resideInAnyPackage("io.impresario.gateway.route", "io.impresario.gateway.limit")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.smallrye.mutiny..")
        .check(MAIN);
  }
}
