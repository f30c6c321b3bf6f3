package org.sluice.distribution.walls;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** Who may see whom. */
final class DependencyWalls {
  static final ArchRule SPI = classes().that().resideInAPackage("org.sluice.spi..")
      .should().onlyDependOnClassesThat(
          resideInAnyPackage("org.sluice.spi..", "java..", "org.jspecify.annotations", "org.slf4j..",
              "jdk.incubator.vector", "jdk.jfr")
              .or(name("org.pf4j.ExtensionPoint")))
      .allowEmptyShould(true);

  /** A JVM has incubating modules only when it is told to: one class uses them, which is loaded where they are. */
  static final ArchRule INCUBATING = noClasses().that().resideInAPackage("org.sluice..")
      .and().doNotHaveFullyQualifiedName("org.sluice.spi.header.VectorChecksum")
      .should().dependOnClassesThat().resideInAPackage("jdk.incubator..")
      .allowEmptyShould(true);

  static final ArchRule CORE = classes().that().resideInAPackage("org.sluice.core..")
      .should().onlyDependOnClassesThat(
          resideInAnyPackage("org.sluice.core..", "org.sluice.spi..", "java..", "org.jspecify.annotations",
              "org.slf4j..", "it.unimi.dsi.fastutil..", "org.jctools.."))
      .allowEmptyShould(true);

  static final ArchRule TESTKIT = classes().that().resideInAPackage("org.sluice.testkit..")
      .should().onlyDependOnClassesThat(
          resideInAnyPackage("org.sluice.testkit..", "org.sluice.core..", "org.sluice.spi..", "java..",
              "org.jspecify.annotations", "org.slf4j..", "it.unimi.dsi.fastutil..", "org.jctools..", "org.assertj..",
              "org.junit..", "com.sun.management", "com.typesafe.config..").or(type(org.pf4j.ExtensionPoint.class)))
      .allowEmptyShould(true);

  static final ArchRule HOST = classes().that().resideInAPackage("org.sluice.host..")
      .should().onlyDependOnClassesThat(
          DescribedPredicate.not(resideInAnyPackage("org.sluice.plugin..", "org.sluice.testkit..")))
      .allowEmptyShould(true);

  /** Dependency injection and plugin loading stay in the host; a plugin marks its extensions and that is all. */
  static final ArchRule CONTAINERS = classes().that().resideInAPackage("org.sluice..")
      .and().resideOutsideOfPackages("org.sluice.host..", "org.sluice.distribution..")
      .should(new ArchCondition<>("see neither Guice nor PF4J") {
        @Override
        public void check(JavaClass user, ConditionEvents events) {
          for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
            if (CONTAINER.test(dependency.getTargetClass()) && !isMarker(user, dependency.getTargetClass())) {
              events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
            }
          }
        }
      })
      .allowEmptyShould(true);

  static final ArchRule PLUGINS = classes().that().resideInAPackage("org.sluice.plugin..")
      .should(new ArchCondition<>("use of ours the SPI and nothing of another plugin") {
        @Override
        public void check(JavaClass user, ConditionEvents events) {
          for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
            JavaClass used = dependency.getTargetClass();
            if (resideInAPackage("org.sluice..").test(used)
                && !resideInAPackage("org.sluice.spi..").test(used)
                && !plugin(used).equals(plugin(user))) {
              events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
            }
          }
        }
      })
      .allowEmptyShould(true);

  static final ArchRule PACKAGE_CYCLES = slices().assignedFrom(new SliceAssignment() {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      String name = javaClass.getPackageName();
      return name.startsWith("org.sluice.") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }).should().beFreeOfCycles().allowEmptyShould(true);

  private static final DescribedPredicate<JavaClass> CONTAINER =
      resideInAnyPackage("com.google..", "jakarta.inject..", "org.pf4j..");

  private DependencyWalls() {}

  private static boolean isMarker(JavaClass user, JavaClass used) {
    return (resideInAnyPackage("org.sluice.spi..", "org.sluice.testkit..").test(user)
            && type(org.pf4j.ExtensionPoint.class).test(used))
        || (resideInAPackage("org.sluice.plugin..").test(user)
            && type(org.pf4j.Extension.class).or(type(jakarta.inject.Inject.class)).or(type(org.pf4j.Plugin.class))
                .test(used));
  }

  /** The third part of org.sluice.plugin.echo.more, or nothing. */
  private static String plugin(JavaClass javaClass) {
    String[] parts = javaClass.getPackageName().split("\\.", -1);
    return parts.length > 3 && parts[2].equals("plugin") ? parts[3] : "";
  }
}
