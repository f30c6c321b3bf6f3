package org.sluice.distribution.walls;

import static org.sluice.distribution.walls.Fixture.assertAllowed;
import static org.sluice.distribution.walls.Fixture.assertReportedEverywhere;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateWallsTest {
  @Test
  void spi_core_and_plugins_have_no_mutable_static_state() {
    StateWalls.STATIC_STATE.check(SourceTree.mainClasses());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "static int field;",
      "static volatile Object field;",
      "static final int[] field = {1};",
      "private static final java.util.concurrent.atomic.AtomicLong field = null;",
      "private static final java.util.HashMap<String, String> field = new java.util.HashMap<>();",
      "private static final java.util.Map<String, String> field = new java.util.HashMap<>();",
      "private static final java.util.List<String> field = new java.util.concurrent.CopyOnWriteArrayList<>();",
      "private static final ThreadLocal<String> field = new ThreadLocal<>();",
      "private static final it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap field = null;",
  })
  void mutable_static_state_is_reported(String declaration) {
    assertReportedEverywhere(StateWalls.STATIC_STATE, declaration);
  }

  @Test
  void constants_are_allowed() {
    assertAllowed(StateWalls.STATIC_STATE, """
        package org.sluice.core.x;
        enum A {
          ONE, TWO;
          static final int LIMIT = 3;
          private static final int[] TABLE = {1, 2};
          private static final java.util.List<String> NAMES = java.util.List.of("a");
          private static final java.util.Map<String, String> MAP = java.util.Map.copyOf(new java.util.HashMap<>());
          private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(A.class);
          int instance;
          int f(A a) {
            assert a != null;
            return switch (a) { case ONE -> 1; case TWO -> 2; };
          }
        }
        """);
  }
}
