package org.sluice.benchmarks.sidebyside;

import java.util.List;
import java.util.Map;
import org.sluice.benchmarks.sidebyside.afxdp.ImpairedStream;
import org.sluice.benchmarks.sidebyside.afxdp.LinkStream.Who;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.experiment.PairedRuns;
import org.sluice.benchmarks.sidebyside.measure.Goal;

/** What a connection moves over a link that loses packets, ours at one end, against the kernel at both. Needs root. */
final class LossySuite {
  private static final Map<String, String> WIRE = Map.of("delay", "10ms", "loss", "1%");
  private static final Goal GOAL = Goal.atLeast(0.95);

  private LossySuite() {}

  static List<Experiment> experiments() {
    return List.of(goodput("to-linux", Who.SLUICE, Who.KERNEL), goodput("from-linux", Who.KERNEL, Who.SLUICE));
  }

  private static Experiment goodput(String name, Who from, Who to) {
    return new PairedRuns("lossy-" + name,
        "TCP, CUBIC, 1 % of packets lost each way, round trip 20 ms, from " + from + " to " + to,
        ImpairedStream.of(from, to, WIRE), "kernel", ImpairedStream.of(Who.KERNEL, Who.KERNEL, WIRE), GOAL);
  }
}
