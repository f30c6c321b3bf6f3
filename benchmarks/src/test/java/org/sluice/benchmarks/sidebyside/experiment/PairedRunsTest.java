package org.sluice.benchmarks.sidebyside.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.benchmarks.sidebyside.report.Report;

class PairedRunsTest {
  private final List<String> events = new ArrayList<>();

  private PairedRuns.Opener moving(String name, long bytesPerSeed) {
    return seed -> new Contender() {
      @Override
      public Reading run(long nanos) {
        events.add(name + seed);
        return new Reading(1, bytesPerSeed * seed, 1_000_000);
      }

      @Override
      public void close() {
        events.add(name + " closed");
      }
    };
  }

  @Test
  void each_run_has_contenders_of_its_own_of_the_same_seed_in_turn_one_and_the_other_first() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), line -> { });
    new PairedRuns("link", "a link", moving("o", 3000), "kernel", moving("p", 4000), Goal.atLeast(0.9))
        .run(new Plan(true, 1, 3, 1000, 0), report);
    report.printGoals();

    assertThat(events).containsExactly("o0", "o closed", "p0", "p closed", "o1", "o closed", "p1", "p closed", "p2",
        "p closed", "o2", "o closed", "o3", "o closed", "p3", "p closed");
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).containsExactly(
        "link.pairs 3 count",
        "link.sluice.bitrate 48.00 Mbit/s q1 36.00 q3 60.00",
        "link.kernel.bitrate 64.00 Mbit/s q1 48.00 q3 80.00",
        "ratio.link 0.75 q1 0.75 q3 0.75 goal >=0.90 missed");
  }
}
