package org.sluice.benchmarks.sidebyside;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.harness.StuckException;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.CpuAccount;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;

/** Runs a suite: results on standard output, progress on standard error. */
public final class SideBySide {
  private static final String CUT_THROUGH = "cutthrough";
  private static final String SESSION = "session";
  private static final String TCP = "tcp";
  private static final String AF_XDP = "afxdp";
  private static final String LOSSY = "lossy";

  /** Beyond this share of one processor, other processes have a part in the figures. */
  private static final double MOST_OTHER_PERCENT = 5;

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final Options options;
  private final Plan plan;
  private final Report report = new Report(System.out, SideBySide::progress);

  private SideBySide(Options options) {
    this.options = options;
    plan = options.quick() ? Plan.QUICK : Plan.FULL;
  }

  /**
   * Runs it and ends the process: with 0 when everything could be measured, whether or not goals are met.
   *
   * @param arguments see {@code benchmarks/run}
   */
  public static void main(String[] arguments) {
    int code;
    try {
      code = run(Options.parse(List.of(arguments)));
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks: " + e.getMessage());
      code = MISUSED;
    } catch (IOException e) {
      System.err.println("benchmarks: the results could not be written: " + e.getMessage());
      code = FAILED;
    }
    System.exit(code);
  }

  private static int run(Options options) throws IOException {
    try (TwoThreads threads = new TwoThreads()) {
      List<Experiment> experiments = suite(options.suite(), threads).stream()
          .filter(experiment -> options.wants(experiment.name())).toList();
      if (experiments.isEmpty()) {
        throw new IllegalArgumentException("nothing is named " + options.only() + "; --list shows what there is");
      }
      if (options.list()) {
        experiments.forEach(experiment -> System.out.println(experiment.name() + "  " + experiment.description()));
        return 0;
      }
      return new SideBySide(options).run(experiments);
    }
  }

  private static List<Experiment> suite(String name, TwoThreads threads) {
    return switch (name) {
      case CUT_THROUGH -> new CutThroughSuite(threads).experiments();
      case TCP -> new TcpSuite(threads).experiments();
      case AF_XDP -> AfXdpSuite.experiments();
      case LOSSY -> LossySuite.experiments();
      case SESSION -> SessionSuite.experiments();
      default -> throw new IllegalArgumentException("unknown suite: " + name);
    };
  }

  private int run(List<Experiment> experiments) throws IOException {
    if (plan.quick()) {
      progress("quick run: the figures are not valid");
    }
    report.fact("environment.jdk", System.getProperty("java.vm.version"), "version");
    report.fact("environment.cpus", String.valueOf(Runtime.getRuntime().availableProcessors()), "count");
    report.fact("environment.pairs", String.valueOf(plan.pairs()), "count");
    CpuAccount account = CpuAccount.open();
    for (int i = 0; i < experiments.size(); i++) {
      Experiment experiment = experiments.get(i);
      progress("[" + (i + 1) + "/" + experiments.size() + "] " + experiment.name());
      if (!measure(experiment)) {
        break;
      }
    }
    double other = account.otherPercent();
    if (!Double.isNaN(other)) {
      report.value("environment.other-cpu", Quartiles.of(other), "%");
      report.value("environment.stolen-cpu", Quartiles.of(account.stolenPercent()), "%");
    }
    report.fact("environment.valid", plan.quick() || other > MOST_OTHER_PERCENT ? "no" : "yes", reason(other));
    report.printGoals();
    if (options.json() != null) {
      report.writeJson(options.json());
    }
    return report.isComplete() ? 0 : FAILED;
  }

  /** Returns false when nothing can be measured any more. */
  private boolean measure(Experiment experiment) {
    // What the experiment before left behind is not this one's to collect.
    System.gc();
    CpuAccount account = CpuAccount.open();
    try {
      experiment.run(plan, report);
    } catch (StuckException e) {
      report.failed(experiment.name(), e);
      e.printStackTrace();
      progress("threads hang, so nothing else can be measured");
      return false;
    } catch (Exception e) {
      report.failed(experiment.name(), e);
      e.printStackTrace();
    }
    double other = account.otherPercent();
    if (!Double.isNaN(other)) {
      report.value(experiment.name() + ".other-cpu", Quartiles.of(other), "%");
    }
    return true;
  }

  private String reason(double other) {
    if (plan.quick()) {
      return "quick";
    }
    return other > MOST_OTHER_PERCENT
        ? String.format(Locale.ROOT, "other-processes-used-%.0f%%-of-a-processor", other)
        : "nothing-against-it";
  }

  private static void progress(String text) {
    System.err.println("benchmarks: " + text);
  }
}
