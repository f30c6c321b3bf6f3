package org.sluice.benchmarks.sidebyside.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;

class ReportTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<String> progress = new ArrayList<>();
  private final Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), progress::add);

  @Test
  void figures_are_printed_as_they_come_and_goals_at_the_end() {
    report.fact("environment.cpus", "2", "count");
    report.ratio("a-vs-b", Quartiles.of(2), Goal.atLeast(1));
    report.constant("c", Quartiles.of(0), "B/op", Goal.atMost(0));
    assertThat(progress)
        .containsExactly("ratio.a-vs-b 2.00 goal >=1.00 met", "constant.c 0.00 B/op goal <=0.00 met");
    report.value("a.throughput", Quartiles.of(10, 20, 30), "MB/s");
    report.printGoals();

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).containsExactly(
        "environment.cpus 2 count",
        "a.throughput 20.00 MB/s q1 15.00 q3 25.00",
        "ratio.a-vs-b 2.00 goal >=1.00 met",
        "constant.c 0.00 B/op goal <=0.00 met");
    assertThat(report.isComplete()).isTrue();
  }

  @Test
  void a_failure_is_one_line_and_makes_the_report_incomplete() {
    report.failed("a-vs-b", new IllegalStateException("first\nsecond"));

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("failed.a-vs-b java.lang.IllegalStateException: first");
    assertThat(report.isComplete()).isFalse();
  }

  @Test
  void json_holds_all_of_it() {
    report.fact("environment.cpus", "2", "count");
    report.value("a", Quartiles.of(Double.POSITIVE_INFINITY), "s");
    report.ratio("b", Quartiles.of(2), null);
    report.failed("c", new IllegalStateException("tab\there"));

    assertThat(report.json()).isEqualTo("""
        {
          "facts": {"environment.cpus": "2"},
          "results": [
            {"kind": "value", "name": "a", "value": null, "q1": null, "q3": null, "count": 1, "unit": "s"},
            {"kind": "ratio", "name": "b", "value": 2.0, "q1": 2.0, "q3": 2.0, "count": 1, "unit": ""}
          ],
          "failures": {"c": "java.lang.IllegalStateException: tab\\u0009here"}
        }
        """);
  }
}
