package org.sluice.benchmarks.sidebyside.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who used the processors since it was opened: other processes, and the host of a virtual machine. */
public final class CpuAccount {
  /** The length of a tick of /proc. */
  private static final double TICKS_PER_SECOND = 100;

  private final Path proc;
  private final Ticks start;
  private final long startNs;

  private CpuAccount(Path proc, Ticks start, long startNs) {
    this.proc = proc;
    this.start = start;
    this.startNs = startNs;
  }

  /**
   * Opens an account now.
   *
   * @return the account
   */
  public static CpuAccount open() {
    Path proc = Path.of("/proc");
    return new CpuAccount(proc, Ticks.read(proc), System.nanoTime());
  }

  /**
   * What other processes used until now.
   *
   * @return per cent of one processor, so at most 100 times their number; not a number where there is no /proc
   */
  public double otherPercent() {
    Ticks now = Ticks.read(proc);
    return percent(Math.max(0, now.busy - start.busy - (now.own - start.own)));
  }

  /**
   * What the host gave to other virtual machines.
   *
   * @return per cent of one processor; not a number where there is no /proc
   */
  public double stolenPercent() {
    return percent(Ticks.read(proc).stolen - start.stolen);
  }

  private double percent(double ticks) {
    double seconds = (System.nanoTime() - startNs) / 1e9;
    return 100 * ticks / TICKS_PER_SECOND / seconds;
  }

  /**
   * Processor time since boot.
   *
   * @param busy of all processes and of interrupts
   * @param stolen of others on the host
   * @param own of this process
   */
  record Ticks(double busy, double stolen, double own) {
    private static final Ticks NONE = new Ticks(Double.NaN, Double.NaN, Double.NaN);

    static Ticks read(Path proc) {
      try {
        String all = Files.readString(proc.resolve("stat"));
        String own = Files.readString(proc.resolve("self/stat"));
        return parse(all, own);
      } catch (IOException e) {
        return NONE;
      }
    }

    static Ticks parse(String all, String own) {
      // cpu user nice system idle iowait irq softirq steal guest guest_nice; guest time is part of user time.
      String[] cpu = all.lines().findFirst().orElseThrow().split(" +");
      double busy = 0;
      for (int field : new int[] {1, 2, 3, 6, 7}) {
        busy += Double.parseDouble(cpu[field]);
      }
      // The name in parentheses may hold blanks; utime and stime are fields 14 and 15, the state behind it is field 3.
      String[] self = own.substring(own.lastIndexOf(')') + 2).split(" ");
      double mine = Double.parseDouble(self[11]) + Double.parseDouble(self[12]);
      return new Ticks(busy, Double.parseDouble(cpu[8]), mine);
    }
  }
}
