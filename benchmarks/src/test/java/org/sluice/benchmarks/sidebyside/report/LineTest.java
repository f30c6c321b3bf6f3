package org.sluice.benchmarks.sidebyside.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Line.Kind;

class LineTest {
  private static final Quartiles RATIO = new Quartiles(1.0149, 1.0401, 1.07, 50);

  @Test
  void a_ratio_that_reaches_its_goal() {
    Line line = new Line(Kind.RATIO, "stream-64k-copy-vs-agrona", RATIO, "", Goal.atLeast(1));

    assertThat(line.text()).isEqualTo("ratio.stream-64k-copy-vs-agrona 1.04 q1 1.01 q3 1.07 goal >=1.00 met");
  }

  @Test
  void a_ratio_that_misses_it() {
    Line line = new Line(Kind.RATIO, "a-vs-b", RATIO, "", Goal.atLeast(2));

    assertThat(line.text()).isEqualTo("ratio.a-vs-b 1.04 q1 1.01 q3 1.07 goal >=2.00 missed");
  }

  @Test
  void a_ratio_without_a_goal() {
    assertThat(new Line(Kind.RATIO, "a-vs-b", RATIO, "", null).text())
        .isEqualTo("ratio.a-vs-b 1.04 q1 1.01 q3 1.07 goal none");
  }

  @Test
  void a_constant_says_so() {
    Line line = new Line(Kind.CONSTANT, "round-trip", new Quartiles(128.2, 131.4, 140, 50), "ns", Goal.atMost(150));

    assertThat(line.text()).isEqualTo("constant.round-trip 131 ns q1 128 q3 140 goal <=150 met");
  }

  @Test
  void one_value_has_no_quartiles() {
    assertThat(new Line(Kind.VALUE, "a.other-cpu", Quartiles.of(3.14159), "%", null).text())
        .isEqualTo("a.other-cpu 3.14 %");
    assertThat(new Line(Kind.CONSTANT, "heap", Quartiles.of(1174), "B", Goal.atMost(1024)).text())
        .isEqualTo("constant.heap 1174 B goal <=1024 missed");
  }

  @Test
  void numbers_keep_what_can_be_compared() {
    assertThat(Line.number(0)).isEqualTo("0.00");
    assertThat(Line.number(0.000123)).as("not the nothing that a goal of nothing asks for").isEqualTo("1.2e-04");
    assertThat(Line.number(0.01)).isEqualTo("0.01");
    assertThat(Line.number(99.994)).isEqualTo("99.99");
    assertThat(Line.number(12_345.678)).isEqualTo("12346");
  }

  @Test
  void json_has_all_digits() {
    Line line = new Line(Kind.RATIO, "a \"b\"", RATIO, "", Goal.atLeast(1));

    assertThat(line.json()).isEqualTo("{\"kind\": \"ratio\", \"name\": \"a \\\"b\\\"\", \"value\": 1.0401,"
        + " \"q1\": 1.0149, \"q3\": 1.07, \"count\": 50, \"unit\": \"\", \"goal\": \">=1.00\", \"met\": true}");
  }
}
