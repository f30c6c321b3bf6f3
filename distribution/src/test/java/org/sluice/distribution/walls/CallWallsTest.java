package org.sluice.distribution.walls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.distribution.walls.Fixture.assertAllowed;
import static org.sluice.distribution.walls.Fixture.assertReported;
import static org.sluice.distribution.walls.Fixture.assertReportedEverywhere;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallWallsTest {
  private static final JavaClasses HOUSE = SourceTree.mainClasses();

  @Test
  void spi_core_and_plugins_take_time_and_randomness_from_outside() {
    CallWalls.CLOCK_AND_RANDOMNESS.check(HOUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "System.nanoTime()",
      "System.currentTimeMillis()",
      "(java.util.function.LongSupplier) System::nanoTime",
      "java.time.Instant.now()",
      "java.time.Clock.systemUTC()",
      "new java.util.Random(7)",
      "new java.util.SplittableRandom()",
      "java.util.concurrent.ThreadLocalRandom.current()",
      "java.util.random.RandomGenerator.getDefault()",
      "new java.security.SecureRandom()",
      "Math.random()",
  })
  void a_clock_or_randomness_of_its_own_is_reported(String expression) {
    assertReportedEverywhere(CallWalls.CLOCK_AND_RANDOMNESS, "Object f() { return " + expression + "; }");
  }

  @Test
  void a_sleep_is_reported() {
    assertReported(CallWalls.CLOCK_AND_RANDOMNESS, "sleep",
        "package org.sluice.core.x; class A { void f() throws InterruptedException { Thread.sleep(1); } }");
  }

  @Test
  void the_system_clock_and_a_seeded_generator_are_allowed() {
    assertAllowed(CallWalls.CLOCK_AND_RANDOMNESS,
        "package org.sluice.core.runtime; class SystemClock { long f() { return System.nanoTime(); } }",
        "package org.sluice.core.x; class A { Object f(long seed) { return new java.util.SplittableRandom(seed); } }");
  }

  @Test
  void tests_and_the_testkit_do_not_wait_for_time_to_pass() {
    JavaClasses tests = SourceTree.testClasses();
    assertThat(tests).isNotEmpty();
    CallWalls.TESTS_DO_NOT_SLEEP.check(tests);
    CallWalls.TESTS_DO_NOT_SLEEP.check(
        HOUSE.that(JavaClass.Predicates.resideInAPackage("org.sluice.testkit..")));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "Thread.sleep(1)",
      "java.util.concurrent.TimeUnit.SECONDS.sleep(1)",
      "java.util.concurrent.locks.LockSupport.parkNanos(1)",
  })
  void a_test_that_sleeps_is_reported(String call) {
    assertReported(CallWalls.TESTS_DO_NOT_SLEEP, "ATest",
        "package org.sluice.core.x; class ATest { void f() throws InterruptedException { " + call + "; } }");
  }

  @Test
  void foreign_memory_is_made_in_the_spi_and_the_driver_and_looked_at_anywhere() {
    CallWalls.FOREIGN_MEMORY.check(HOUSE);
    assertAllowed(CallWalls.FOREIGN_MEMORY, """
        package org.sluice.core.x;
        class A {
          byte f(java.lang.foreign.MemorySegment m) { return m.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0); }
        }
        """, "package org.sluice.spi.memory; class B { java.lang.foreign.Arena arena; }");
    assertReported(CallWalls.FOREIGN_MEMORY, "java.lang.foreign.Arena",
        "package org.sluice.core.x; class A { Object f() { return java.lang.foreign.Arena.ofAuto(); } }");
    assertReported(CallWalls.FOREIGN_MEMORY, "java.lang.foreign.Arena",
        "package org.sluice.plugin.x; class A { java.lang.foreign.Arena[] arenas; }");
  }

  @Test
  void foreign_calls_and_reinterpretation_stay_in_spi_memory_the_poller_and_the_driver() {
    CallWalls.RESTRICTED_TYPES.check(HOUSE);
    CallWalls.REINTERPRET.check(HOUSE);
    assertReported(CallWalls.RESTRICTED_TYPES, "java.lang.foreign.Linker",
        "package org.sluice.spi.header; class A { Object f() { return java.lang.foreign.Linker.nativeLinker(); } }");
    assertReported(CallWalls.RESTRICTED_TYPES, "java.lang.foreign.SymbolLookup",
        "package org.sluice.host.x; class A { java.lang.foreign.SymbolLookup lookup; }");
    assertReported(CallWalls.RESTRICTED_TYPES, "java.lang.foreign.Linker",
        "package org.sluice.plugin.afxdp.xsk; class A { java.lang.foreign.Linker linker; }");
    assertReported(CallWalls.REINTERPRET, "reinterpret", """
        package org.sluice.spi.nic;
        class A {
          Object f(java.lang.foreign.MemorySegment m) { return m.reinterpret(8); }
        }
        """);
    assertAllowed(CallWalls.REINTERPRET, """
        package org.sluice.spi.memory;
        class A {
          Object f(java.lang.foreign.MemorySegment m) { return m.reinterpret(8); }
        }
        """);
  }
}
