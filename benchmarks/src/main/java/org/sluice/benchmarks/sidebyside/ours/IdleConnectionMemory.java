package org.sluice.benchmarks.sidebyside.ours;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.ClassHistogram;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;

/**
 * All memory of an idle TCP connection that has carried a byte each way: its session, its connection, its FIFOs with
 * the shared memory that they keep, its share of every table. Both ends are in this process, so it is half of what a
 * pair adds.
 */
public final class IdleConnectionMemory implements Experiment {
  private static final int PAIRS = 10_000;
  private static final int WARM_PAIRS = 64;
  private static final int MTU_BYTES = 1500;
  private static final Goal GOAL = Goal.atMost(700);
  private static final String NAME = "tcp-idle-connection";

  /** Until drained FIFOs have given back their memory. */
  private static final long SETTLING_NS = 25_000_000_000L;

  private static final List<Part> PARTS = List.of(
      new Part("sessions", name -> name.startsWith("org.sluice.core.session.")),
      new Part("connections", name -> name.startsWith("org.sluice.plugin.tcp.")),
      new Part("fifos", name -> name.startsWith("org.sluice.spi.memory.")),
      new Part("timers", name -> name.startsWith("org.sluice.core.runtime.")));

  private record Part(String name, Predicate<String> classes) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "all memory of an idle TCP connection at " + PAIRS + " pairs, by part, goal <=" + GOAL.bound() + " B";
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (SluiceHost host = SluiceHost.overWire(MTU_BYTES, Map.of())) {
      IdlePairs pairs = new IdlePairs(host);
      pairs.open(WARM_PAIRS);
      settle();
      long sharedBefore = host.segmentBytes();
      ClassHistogram before = ClassHistogram.take();
      pairs.open(PAIRS);
      settle();
      ClassHistogram growth = ClassHistogram.take().since(before);
      double shared = perConnection(host.segmentBytes() - sharedBefore);
      Predicate<String> rest = name -> true;
      for (Part part : PARTS) {
        report.value(NAME + "." + part.name, Quartiles.of(perConnection(growth.sum(part.classes))), "B");
        rest = rest.and(part.classes.negate());
      }
      report.value(NAME + ".rest", Quartiles.of(perConnection(growth.sum(rest))), "B");
      report.value(NAME + ".shared-memory", Quartiles.of(shared), "B");
      report.constant(NAME, Quartiles.of(perConnection(growth.sum(name -> true)) + shared), "B", GOAL);
    }
  }

  private static double perConnection(long bytes) {
    return bytes / (2.0 * PAIRS);
  }

  private static void settle() {
    long end = System.nanoTime() + SETTLING_NS;
    for (long left = SETTLING_NS; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
