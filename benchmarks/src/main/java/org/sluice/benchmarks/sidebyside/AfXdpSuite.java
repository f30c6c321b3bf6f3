package org.sluice.benchmarks.sidebyside;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sluice.benchmarks.sidebyside.afxdp.IdleCards;
import org.sluice.benchmarks.sidebyside.afxdp.Iperf;
import org.sluice.benchmarks.sidebyside.afxdp.KernelContender;
import org.sluice.benchmarks.sidebyside.afxdp.LinkStream;
import org.sluice.benchmarks.sidebyside.afxdp.LinkStream.Who;
import org.sluice.benchmarks.sidebyside.afxdp.SendingPrice;
import org.sluice.benchmarks.sidebyside.afxdp.StackConnects;
import org.sluice.benchmarks.sidebyside.afxdp.StackRequests;
import org.sluice.benchmarks.sidebyside.experiment.Aim;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.experiment.LongWarmUp;
import org.sluice.benchmarks.sidebyside.experiment.Scenario;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;

/** TCP over a pair of virtual interfaces, ours on AF_XDP at one end or both, against the kernel at both. Needs root. */
final class AfXdpSuite {
  private static final int WARM_UPS = 4;
  private static final List<Integer> MTUS = List.of(1500, 9000);
  private static final int CONNECTIONS = 100;
  private static final int OUTSTANDING = 64;

  private AfXdpSuite() {}

  static List<Experiment> experiments() {
    List<Experiment> experiments = new ArrayList<>();
    for (int mtu : MTUS) {
      double to = mtu == 1500 ? 0.9 : 1.0;
      experiments.addAll(stream("to-linux-" + mtu, mtu, Who.SLUICE, Who.KERNEL, Goal.atLeast(to)));
      experiments.addAll(stream("from-linux-" + mtu, mtu, Who.KERNEL, Who.SLUICE, Goal.atLeast(1.0)));
      experiments.addAll(stream("between-" + mtu, mtu, Who.SLUICE, Who.SLUICE));
    }
    experiments.addAll(new Scenario("afxdp-round-trip", "32 bytes there and back, all threads spinning", Figure.P50,
        Figure.P99, Figure.ALLOCATION)
        .ours(StackRequests.over(1, true))
        .peer("kernel", KernelContender.roundTrips(), new Aim(Figure.P50, Goal.atMost(0.65)))
        .constant("afxdp-round-trip-allocation", Figure.ALLOCATION, Goal.atMost(0))
        .experiments());
    experiments.addAll(new Scenario("afxdp-requests", "32 bytes there and back on each of " + CONNECTIONS
        + " connections, all threads spinning", Figure.P99, Figure.P50, Figure.RATE)
        .ours(StackRequests.over(CONNECTIONS, true))
        .peer("kernel", KernelContender.requests(CONNECTIONS), new Aim(Figure.P99, Goal.atMost(1)))
        .experiments());
    experiments.addAll(new Scenario("afxdp-connections", "connect, echo of a byte, close, " + OUTSTANDING
        + " at a time", Figure.RATE)
        .ours(StackConnects.connecting(OUTSTANDING))
        .peer("kernel", KernelContender.connects(OUTSTANDING), new Aim(Figure.RATE, Goal.atLeast(1)))
        .experiments());
    for (int mtu : MTUS) {
      experiments.add(new SendingPrice(mtu));
    }
    experiments.replaceAll(one -> new LongWarmUp(one, WARM_UPS));
    for (int mtu : MTUS) {
      experiments.add(new Iperf(mtu, false));
      experiments.add(new Iperf(mtu, true));
    }
    experiments.add(new IdleCards());
    return experiments;
  }

  private static List<Experiment> stream(String name, int mtu, Who from, Who to, Goal... goals) {
    Aim[] aims = Arrays.stream(goals).map(goal -> new Aim(Figure.BITRATE, goal)).toArray(Aim[]::new);
    return new Scenario("afxdp-" + name, "TCP, MTU " + mtu + ", from " + from + " to " + to, Figure.BITRATE,
        Figure.ALLOCATION)
        .ours(LinkStream.of(from, to, mtu, false))
        .peer("kernel-offloads-off", LinkStream.of(Who.KERNEL, Who.KERNEL, mtu, false), aims)
        .peer("kernel-offloads-on", LinkStream.of(Who.KERNEL, Who.KERNEL, mtu, true))
        .experiments();
  }
}
