package org.sluice.benchmarks.sidebyside.afxdp;

import org.sluice.benchmarks.sidebyside.afxdp.LinkStream.Who;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.benchmarks.sidebyside.report.Report;

/**
 * What a segment costs whoever sends it to the kernel, in processor time of the thread that writes: of a stack's
 * worker the part in the kernel and the part in the stack, and of a thread that writes to a socket all of it. A virtual
 * interface has the sender do the receiver's work up to its socket.
 */
public final class SendingPrice implements Experiment {
  /** Ethernet does not count, IP, TCP and its timestamps do. */
  private static final int HEADER_BYTES = 52;

  private static final int RUNS = 10;

  private final int mtuBytes;

  /**
   * Makes the experiment.
   *
   * @param mtuBytes of the interfaces
   */
  public SendingPrice(int mtuBytes) {
    this.mtuBytes = mtuBytes;
  }

  @Override
  public String name() {
    return "afxdp-price-" + mtuBytes;
  }

  @Override
  public String description() {
    return "processor time of the writing thread for a segment to Linux, in the kernel and in the stack";
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (LinkStream ours = LinkStream.open(Who.SLUICE, Who.KERNEL, mtuBytes, false)) {
      double[] price = price(ours, plan);
      report.value(name() + ".sluice-in-the-kernel", Quartiles.of(price[0] - price[1]), "ns");
      report.value(name() + ".sluice-in-the-stack", Quartiles.of(price[1]), "ns");
    }
    try (LinkStream kernel = LinkStream.open(Who.KERNEL, Who.KERNEL, mtuBytes, false)) {
      report.value(name() + ".kernel", Quartiles.of(price(kernel, plan)[0]), "ns");
    }
  }

  /** All of it, and what is not in the kernel. */
  private double[] price(LinkStream stream, Plan plan) throws Exception {
    for (int i = 0; i < plan.warmUps(); i++) {
      var _ = stream.run(plan.repetitionNs());
    }
    boolean stack = stream.isFromStack();
    long cpu = stream.writerCpuNs();
    long user = stack ? stream.writerUserNs() : 0;
    long bytes = 0;
    for (int i = 0; i < RUNS; i++) {
      Reading reading = stream.run(plan.repetitionNs());
      bytes += reading.bytes();
    }
    double segments = (double) bytes / (mtuBytes - HEADER_BYTES);
    double inStack = stack ? (stream.writerUserNs() - user) / segments : 0;
    return new double[] {(stream.writerCpuNs() - cpu) / segments, inStack};
  }
}
