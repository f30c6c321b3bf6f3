package org.sluice.benchmarks.sidebyside.ours;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.LockSupport;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;

/** The processor time of a process whose stack has many open sessions that do nothing. */
public final class IdleCpu implements Experiment {
  private static final int SESSIONS = 1000;
  private static final Goal GOAL = Goal.atMost(1);
  private static final String NAME = "idle-cpu";

  /** Until what follows the opening is over: compiling, and giving back the memory of drained FIFOs. */
  private static final long SETTLING_NS = 2_000_000_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "processor time of a process with " + SESSIONS + " idle sessions, goal <=" + GOAL.bound() + " %";
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (SluiceHost host = SluiceHost.local()) {
      new IdlePairs(host).open(SESSIONS / 2);
      long worker = host.onWorker(() -> Thread.currentThread().threadId());
      pause(SETTLING_NS);
      long start = System.nanoTime();
      long processBefore = process.getProcessCpuTime();
      long workerBefore = threads.getThreadCpuTime(worker);
      pause(plan.idleNs());
      double percentPerNs = 100.0 / (System.nanoTime() - start);
      double processPercent = (process.getProcessCpuTime() - processBefore) * percentPerNs;
      double workerPercent = (threads.getThreadCpuTime(worker) - workerBefore) * percentPerNs;
      report.value(NAME + ".worker", Quartiles.of(workerPercent), "%");
      report.constant(NAME, Quartiles.of(processPercent), "%", GOAL);
    }
  }

  private static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
