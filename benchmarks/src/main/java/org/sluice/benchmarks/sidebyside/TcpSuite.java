package org.sluice.benchmarks.sidebyside;

import java.util.ArrayList;
import java.util.List;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.experiment.LongWarmUp;
import org.sluice.benchmarks.sidebyside.experiment.Scenario;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Taking;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.ours.CallbackChurn;
import org.sluice.benchmarks.sidebyside.ours.CallbackStream;
import org.sluice.benchmarks.sidebyside.ours.IdleConnectionMemory;
import org.sluice.benchmarks.sidebyside.peers.SocketStream;

/** TCP between two namespaces of one stack of one thread, over a trusted wire; the goals are for this machine. */
final class TcpSuite {
  private static final int MESSAGE_BYTES = 64 << 10;
  /** All of TCP and IP twice, and the sessions above it: ten seconds and more until it is compiled. */
  private static final int WARM_UPS = 8;
  private static final StreamPeer.Factory KERNEL = SocketStream::tcp;
  private static final Goal NOTHING = Goal.atMost(0);
  private static final Goal CONNECTIONS = Goal.atLeast(80_000);

  private final TwoThreads threads;

  TcpSuite(TwoThreads threads) {
    this.threads = threads;
  }

  List<Experiment> experiments() {
    List<Experiment> experiments = new ArrayList<>();
    experiments.addAll(stream(1500, Goal.atLeast(18)).experiments());
    experiments.addAll(stream(9000, Goal.atLeast(45)).experiments());
    experiments.addAll(churn(10_000).experiments());
    experiments.addAll(churn(100_000).experiments());
    experiments.replaceAll(one -> new LongWarmUp(one, WARM_UPS));
    experiments.add(new IdleConnectionMemory());
    return experiments;
  }

  private Scenario stream(int mtuBytes, Goal bitrate) {
    String name = "tcp-" + mtuBytes;
    return new Scenario(name, "stream over an MTU of " + mtuBytes + ", written and read; the mean is of a segment",
        Figure.BITRATE, Figure.MEAN, Figure.ALLOCATION)
        .ours(CallbackStream.overWire(mtuBytes, MESSAGE_BYTES, Taking.COPY))
        .peer("kernel-loopback", KERNEL.streaming(threads, MESSAGE_BYTES, Taking.COPY))
        .constant(name, Figure.BITRATE, bitrate)
        .constant(name + "-allocation-per-segment", Figure.ALLOCATION, NOTHING);
  }

  private static Scenario churn(int standing) {
    String name = "tcp-connections-" + standing;
    return new Scenario(name, "connections opened and closed beside " + standing + " that stand",
        Figure.RATE, Figure.ALLOCATION)
        .ours(CallbackChurn.beside(standing))
        .constant(name, Figure.RATE, CONNECTIONS)
        .constant(name + "-allocation-per-connection", Figure.ALLOCATION, NOTHING);
  }
}
