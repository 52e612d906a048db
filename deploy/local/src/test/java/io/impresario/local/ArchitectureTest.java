package io.impresario.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.impresario.local");

  @Test
  void knowsEachOtherInOneDirectionOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("entry")
        .definedBy("io.impresario.local")
        .layer("demo")
        .definedBy("io.impresario.local.demo")
        .layer("command")
        .definedBy("io.impresario.local.command")
        .layer("stack")
        .definedBy("io.impresario.local.stack")
        .layer("process")
        .definedBy("io.impresario.local.process")
        .layer("terminal")
        .definedBy("io.impresario.local.terminal")
        .whereLayer("entry")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("demo")
        .mayOnlyBeAccessedByLayers("entry")
        .whereLayer("command")
        .mayOnlyBeAccessedByLayers("entry", "demo")
        .whereLayer("stack")
        .mayOnlyBeAccessedByLayers("entry", "demo", "command")
        .whereLayer("process")
        .mayOnlyBeAccessedByLayers("command", "stack")
        .check(CLASSES);
  }

  /** It starts the packages that a container would run, and talks to them from outside. */
  @Test
  void theLauncherKnowsNoService() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..",
            "com.sun.net.httpserver..",
            "com.fasterxml.jackson..",
            "org.apache.commons.compress..",
            "org.jspecify..",
            "io.impresario.embedded..",
            "io.impresario.local..",
            "picocli..",
            "javax.crypto..")
        .check(CLASSES);
  }
}
