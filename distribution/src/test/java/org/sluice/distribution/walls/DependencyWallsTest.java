package org.sluice.distribution.walls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.distribution.walls.Fixture.assertAllowed;
import static org.sluice.distribution.walls.Fixture.assertReported;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DependencyWallsTest {
  private static final JavaClasses HOUSE = SourceTree.mainClasses();

  @ParameterizedTest
  @ValueSource(strings = {"org.sluice.spi", "org.sluice.core", "org.sluice.host"})
  void the_walls_look_at_compiled_classes_of(String root) {
    assertThat(HOUSE.stream()
        .filter(c -> c.getPackageName().equals(root) || c.getPackageName().startsWith(root + "."))
        .filter(c -> !c.getSimpleName().equals("package-info")))
        .as("classes of %s in target/classes", root)
        .isNotEmpty();
  }

  @Test
  void every_module_with_sources_has_been_compiled() {
    assertThat(SourceTree.modules("main")).isNotEmpty()
        .allSatisfy(module -> assertThat(module.resolve("target/classes")).isDirectory());
  }

  @Test
  void every_class_lives_under_the_root_package_of_its_module() {
    for (JavaClass javaClass : HOUSE) {
      Path path = SourceTree.ROOT.relativize(Path.of(javaClass.getSource().orElseThrow().getUri()));
      String root = path.startsWith("framework") ? path.getName(1).toString() : "plugin";
      assertThat(javaClass.getPackageName() + ".").as("package of %s", path).startsWith("org.sluice." + root + ".");
    }
  }

  @Test
  void the_spi_depends_on_the_jdk_jspecify_slf4j_and_the_extension_marker_only() {
    DependencyWalls.SPI.check(HOUSE);
    assertAllowed(DependencyWalls.SPI, "package org.sluice.spi.x; interface A extends org.pf4j.ExtensionPoint {}");
    assertReported(DependencyWalls.SPI, "PluginWrapper",
        "package org.sluice.spi.x; class A { org.pf4j.PluginWrapper wrapper; }");
    assertReported(DependencyWalls.SPI, "Int2IntMap",
        "package org.sluice.spi.x; class A { it.unimi.dsi.fastutil.ints.Int2IntMap map; }");
  }

  @Test
  void incubating_modules_are_used_by_the_one_class_that_is_loaded_where_they_are() {
    DependencyWalls.INCUBATING.check(HOUSE);
    assertAllowed(DependencyWalls.INCUBATING,
        "package org.sluice.spi.header; class VectorChecksum { jdk.incubator.vector.LongVector sum; }");
    assertReported(DependencyWalls.INCUBATING, "jdk.incubator.vector.LongVector",
        "package org.sluice.spi.header; class A { jdk.incubator.vector.LongVector sum; }");
  }

  @Test
  void the_core_sees_the_spi_and_plain_libraries_and_neither_guice_nor_pf4j() {
    DependencyWalls.CORE.check(HOUSE);
    assertAllowed(DependencyWalls.CORE,
        "package org.sluice.core.x; class A { it.unimi.dsi.fastutil.ints.Int2IntMap map; org.slf4j.Logger log; }");
    assertReported(DependencyWalls.CORE, "com.google.inject.Injector",
        "package org.sluice.core.x; class A { com.google.inject.Injector injector; }");
    assertReported(DependencyWalls.CORE, "org.pf4j.PluginManager",
        "package org.sluice.core.x; class A { org.pf4j.PluginManager plugins; }");
    assertReported(DependencyWalls.CORE, "org.sluice.host.x.B",
        "package org.sluice.core.x; class A { org.sluice.host.x.B host; }",
        "package org.sluice.host.x; public class B {}");
  }

  @Test
  void the_testkit_stands_on_the_core_and_the_test_libraries() {
    DependencyWalls.TESTKIT.check(HOUSE);
    assertReported(DependencyWalls.TESTKIT, "com.google.inject.Injector",
        "package org.sluice.testkit.x; class A { com.google.inject.Injector injector; }");
  }

  @Test
  void the_host_names_no_plugin() {
    DependencyWalls.HOST.check(HOUSE);
    assertReported(DependencyWalls.HOST, "org.sluice.plugin.tcp.B",
        "package org.sluice.host.x; class A { org.sluice.plugin.tcp.B tcp; }",
        "package org.sluice.plugin.tcp; public class B {}");
  }

  @Test
  void nothing_but_the_host_sees_guice_or_pf4j() {
    DependencyWalls.CONTAINERS.check(HOUSE);
    assertAllowed(DependencyWalls.CONTAINERS,
        "package org.sluice.plugin.x; @org.pf4j.Extension class A { @jakarta.inject.Inject A() {} }",
        "package org.sluice.host.x; class B { com.google.inject.Injector i; org.pf4j.PluginManager p; }");
    assertAllowed(DependencyWalls.CONTAINERS, "package org.sluice.plugin.x; class A extends org.pf4j.Plugin {}");
    assertReported(DependencyWalls.CONTAINERS, "org.pf4j.PluginManager",
        "package org.sluice.plugin.x; class A { org.pf4j.PluginManager plugins; }");
    assertReported(DependencyWalls.CONTAINERS, "jakarta.inject.Inject",
        "package org.sluice.core.x; class A { @jakarta.inject.Inject A() {} }");
    assertReported(DependencyWalls.CONTAINERS, "com.google.common",
        "package org.sluice.testkit.x; class A { com.google.common.collect.ImmutableList<String> list; }");
    assertReported(DependencyWalls.CONTAINERS, "org.pf4j.ExtensionPoint",
        "package org.sluice.core.x; class A implements org.pf4j.ExtensionPoint {}");
  }

  @Test
  void a_plugin_uses_of_ours_the_spi_only_and_no_other_plugin() {
    DependencyWalls.PLUGINS.check(HOUSE);
    assertAllowed(DependencyWalls.PLUGINS,
        "package org.sluice.plugin.tcp; class A { org.sluice.plugin.tcp.input.B own; org.sluice.spi.x.C spi; }",
        "package org.sluice.plugin.tcp.input; public class B {}",
        "package org.sluice.spi.x; public class C {}");
    assertReported(DependencyWalls.PLUGINS, "org.sluice.core.x.B",
        "package org.sluice.plugin.tcp; class A { org.sluice.core.x.B core; }",
        "package org.sluice.core.x; public class B {}");
    assertReported(DependencyWalls.PLUGINS, "org.sluice.plugin.afxdp.B",
        "package org.sluice.plugin.tcp; class A { org.sluice.plugin.afxdp.B other; }",
        "package org.sluice.plugin.afxdp; public class B {}");
  }

  @Test
  void packages_form_a_graph_without_cycles() {
    DependencyWalls.PACKAGE_CYCLES.check(HOUSE);
    assertAllowed(DependencyWalls.PACKAGE_CYCLES,
        "package org.sluice.core; public class A { org.sluice.core.b.B b; }",
        "package org.sluice.core.b; public class B {}");
    assertReported(DependencyWalls.PACKAGE_CYCLES, "Cycle detected",
        "package org.sluice.core; public class A { org.sluice.core.b.B b; }",
        "package org.sluice.core.b; public class B { org.sluice.core.A a; }");
    assertReported(DependencyWalls.PACKAGE_CYCLES, "Cycle detected",
        "package org.sluice.spi.a; public class A { org.sluice.spi.b.B b; }",
        "package org.sluice.spi.b; public class B { org.sluice.spi.c.C c; }",
        "package org.sluice.spi.c; public class C { void f() { new org.sluice.spi.a.A(); } }");
  }
}
