package org.sluice.benchmarks.sidebyside;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sluice.benchmarks.sidebyside.afxdp.LinkStream;
import org.sluice.benchmarks.sidebyside.afxdp.LinkStream.Who;
import org.sluice.benchmarks.sidebyside.experiment.Aim;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.experiment.LongWarmUp;
import org.sluice.benchmarks.sidebyside.experiment.Scenario;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;

/** TCP over a pair of virtual interfaces, ours on AF_XDP at one end or both, against the kernel at both. Needs root. */
final class AfXdpSuite {
  private static final int WARM_UPS = 4;

  private AfXdpSuite() {}

  static List<Experiment> experiments() {
    List<Experiment> experiments = new ArrayList<>();
    for (int mtu : new int[] {1500, 9000}) {
      double to = mtu == 1500 ? 0.9 : 1.0;
      experiments.addAll(stream("to-linux-" + mtu, mtu, Who.SLUICE, Who.KERNEL, Goal.atLeast(to)));
      experiments.addAll(stream("from-linux-" + mtu, mtu, Who.KERNEL, Who.SLUICE, Goal.atLeast(1.0)));
      experiments.addAll(stream("between-" + mtu, mtu, Who.SLUICE, Who.SLUICE));
    }
    experiments.replaceAll(one -> new LongWarmUp(one, WARM_UPS));
    return experiments;
  }

  private static List<Experiment> stream(String name, int mtu, Who from, Who to, Goal... goals) {
    Aim[] aims = Arrays.stream(goals).map(goal -> new Aim(Figure.BITRATE, goal)).toArray(Aim[]::new);
    return new Scenario("afxdp-" + name, "TCP, MTU " + mtu + ", from " + from + " to " + to, Figure.BITRATE)
        .ours(LinkStream.of(from, to, mtu, false))
        .peer("kernel-offloads-off", LinkStream.of(Who.KERNEL, Who.KERNEL, mtu, false), aims)
        .peer("kernel-offloads-on", LinkStream.of(Who.KERNEL, Who.KERNEL, mtu, true))
        .experiments();
  }
}
