package org.sluice.benchmarks.sidebyside.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassHistogramTest {
  private static final String BEFORE = """
        num     #instances         #bytes  class name (module)
      -------------------------------------------------------
          1:           100           3200  [B (java.base@25.0.3)
          2:             2             48  org.sluice.A
      Total           102           3248
      """;

  private static final String AFTER = """
          1:           110           3520  [B (java.base@25.0.3)
          2:            10            240  org.sluice.A
          3:             1             16  org.sluice.B$$Lambda/0x00007f
          4:             1          65536  jdk.internal.vm.FillerElement
      """;

  @Test
  void growth_is_summed_over_the_classes_chosen() {
    ClassHistogram growth = ClassHistogram.parse(AFTER).since(ClassHistogram.parse(BEFORE));

    assertThat(growth.sum(name -> name.startsWith("org.sluice."))).isEqualTo(208);
    assertThat(growth.sum(name -> true)).isEqualTo(528);
  }

  @Test
  void the_machine_tells_about_a_class_of_ours() throws Exception {
    long before = ClassHistogram.take().sum(name -> name.equals(Counted[].class.getName()));
    Counted[] kept = new Counted[1000];
    long growth = ClassHistogram.take().sum(name -> name.equals(Counted[].class.getName())) - before;

    assertThat(kept).hasSize(1000);
    assertThat(growth).isBetween(4000L, 8100L);
  }

  private static final class Counted {}
}
