package org.sluice.benchmarks.soak;

import java.util.List;

/** The command. */
public final class Soak {
  private static final long STALL_NS = 10_000_000_000L;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Soak() {
  }

  /**
   * Runs it and ends the process: with 0 when nothing was wrong.
   *
   * @param arguments see {@code benchmarks/run}
   * @throws InterruptedException when somebody else ends it
   */
  public static void main(String[] arguments) throws InterruptedException {
    int code;
    try {
      code = run(Options.parse(List.of(arguments)));
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks: " + e.getMessage());
      code = MISUSED;
    }
    System.exit(code);
  }

  private static int run(Options options) throws InterruptedException {
    Plan plan = new Plan(options.seed(), options.pairs(), options.seconds() * NANOS_PER_SECOND, Integer.MAX_VALUE,
        STALL_NS, Tamper.NONE);
    SoakRun.Result result = new SoakRun(plan, line -> System.err.println("soak: " + line)).run();
    if (result.failure() != null) {
      System.out.println("soak: seed " + options.seed() + ": " + result.failure());
    }
    System.out.printf("soak: %s, seed %d, %d pairs, %.0f s: %s%n", result.failure() == null ? "clean" : "FAILED",
        options.seed(), options.pairs(), result.seconds(), result.done());
    return result.failure() == null ? 0 : FAILED;
  }
}
