package org.sluice.benchmarks.sidebyside.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.benchmarks.sidebyside.report.Report;

class ScenarioTest {
  private static final Plan PLAN = new Plan(true, 1, 3, 1000, 0);

  private static Contender.Opener taking(long nanos) {
    return () -> new Contender() {
      @Override
      public Reading run(long limitNs) {
        return new Reading(10, 0, nanos, 0, null);
      }

      @Override
      public void close() {}
    };
  }

  private static List<String> run(Scenario scenario) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), line -> { });
    for (Experiment experiment : scenario.experiments()) {
      experiment.run(PLAN, report);
    }
    report.printGoals();
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void ours_is_compared_with_each_peer_and_judged_where_it_shall_be() throws Exception {
    Scenario scenario = new Scenario("trip", "a trip", Figure.MEAN, Figure.RATE)
        .ours(taking(100))
        .oursUnjudged("callback", taking(400))
        .peer("one", taking(200), new Aim(Figure.MEAN, Goal.atMost(1)), new Aim(Figure.RATE, Goal.atLeast(3)))
        .peer("two", taking(50));

    assertThat(run(scenario)).filteredOn(line -> line.startsWith("ratio.")).containsExactly(
        "ratio.trip-vs-one 0.50 q1 0.50 q3 0.50 goal <=1.00 met",
        "ratio.trip-vs-one-rate 2.00 q1 2.00 q3 2.00 goal >=3.00 missed",
        "ratio.trip-vs-two 2.00 q1 2.00 q3 2.00 goal none",
        "ratio.trip-callback-vs-one 2.00 q1 2.00 q3 2.00 goal none",
        "ratio.trip-callback-vs-two 8.00 q1 8.00 q3 8.00 goal none");
  }

  @Test
  void every_contender_has_its_figures() throws Exception {
    Scenario scenario = new Scenario("trip", "a trip", Figure.MEAN, Figure.P50)
        .ours(taking(100))
        .peer("one", taking(200));

    assertThat(run(scenario)).as("the percentile was not measured").containsExactly(
        "trip-vs-one.sluice.mean 10.00 ns q1 10.00 q3 10.00",
        "trip-vs-one.one.mean 20.00 ns q1 20.00 q3 20.00",
        "ratio.trip-vs-one 0.50 q1 0.50 q3 0.50 goal none");
  }

  @Test
  void a_constant_is_reported_once_however_many_peers_there_are() throws Exception {
    Scenario scenario = new Scenario("trip", "a trip", Figure.MEAN, Figure.ALLOCATION)
        .ours(taking(100))
        .peer("one", taking(200))
        .peer("two", taking(200))
        .constant("allocation", Figure.ALLOCATION, Goal.atMost(0));

    assertThat(run(scenario)).filteredOn(line -> line.startsWith("constant."))
        .containsExactly("constant.allocation 0.00 B/op q1 0.00 q3 0.00 goal <=0.00 met");
  }

  @Test
  void ours_alone_and_peers_alone_are_measured_by_themselves() throws Exception {
    Scenario ours = new Scenario("trip", "a trip", Figure.MEAN).ours(taking(100))
        .constant("trip", Figure.MEAN, Goal.atMost(9));
    Scenario peers = new Scenario("trip", "a trip", Figure.MEAN)
        .peer("one", taking(200), new Aim(Figure.MEAN, Goal.atMost(1)))
        .peer("two", taking(400));

    assertThat(run(ours)).containsExactly(
        "trip.sluice.mean 10.00 ns q1 10.00 q3 10.00",
        "constant.trip 10.00 ns q1 10.00 q3 10.00 goal <=9.00 missed");
    assertThat(run(peers)).containsExactly(
        "trip.one.mean 20.00 ns q1 20.00 q3 20.00",
        "trip.two.mean 40.00 ns q1 40.00 q3 40.00");
  }
}
