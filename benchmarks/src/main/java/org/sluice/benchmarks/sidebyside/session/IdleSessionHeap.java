package org.sluice.benchmarks.sidebyside.session;

import java.util.List;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.ClassHistogram;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;
import org.sluice.spi.runtime.Worker;
import org.sluice.testkit.transport.ScriptedConnection;

/**
 * The heap of an established session that does nothing, without transport and FIFOs: from the histogram of live objects
 * before and after many were opened.
 */
public final class IdleSessionHeap implements Experiment {
  private static final int SESSIONS = 50_000;
  private static final int BATCH = 1000;
  private static final Goal GOAL = Goal.atMost(256);
  private static final String NAME = "heap-idle-session";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "heap of an idle session at " + SESSIONS + " without transport and FIFOs, by part, goal <=" + GOAL.bound()
        + " B";
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    ScriptedSessions sessions = new ScriptedSessions(BATCH);
    open(sessions, BATCH);
    ClassHistogram before = ClassHistogram.take();
    open(sessions, SESSIONS);
    ClassHistogram growth = ClassHistogram.take().since(before);
    int live = sessions.simulation.stack().sessionCore().worker(0).liveSessions();
    if (live != BATCH + SESSIONS) {
      throw new IllegalStateException("only " + live + " sessions are open");
    }
    ScriptedSessions.report(report, NAME, growth, SESSIONS);
    report.constant(NAME, Quartiles.of(ScriptedSessions.session(growth, SESSIONS)), "B", GOAL);
  }

  private static void open(ScriptedSessions sessions, int count) {
    Worker worker = sessions.simulation.stack().workers().worker(0);
    for (int opened = 0; opened < count; opened += BATCH) {
      sessions.connect(BATCH);
      sessions.simulation.on(0, () -> {
        List<ScriptedConnection> begun = sessions.transport.halfOpens();
        for (ScriptedConnection halfOpen : begun.subList(begun.size() - BATCH, begun.size())) {
          sessions.transport.answer(halfOpen, worker);
          sessions.transport.delete(halfOpen);
        }
      });
      sessions.simulation.run();
    }
  }
}
