package org.sluice.benchmarks.sidebyside.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuAccountTest {

  @Test
  void ticks_are_read_from_the_formats_of_the_kernel() {
    String all = "cpu  100 20 30 4000 50 6 7 8 9 10\ncpu0 50 10 15 2000 25 3 3 4 4 5\nintr 1\n";
    String own = "4711 (a name) with )) S 1 2 3 4 5 6 7 8 9 10 40 2 0 0 20 0 30 0 123 456";

    CpuAccount.Ticks ticks = CpuAccount.Ticks.parse(all, own);

    assertThat(ticks.busy()).as("user, nice, system, irq, softirq").isEqualTo(163);
    assertThat(ticks.stolen()).isEqualTo(8);
    assertThat(ticks.own()).as("utime and stime").isEqualTo(42);
  }
}
