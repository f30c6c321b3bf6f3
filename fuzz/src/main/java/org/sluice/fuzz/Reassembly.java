package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.sluice.core.ip.FragmentVerdict;
import org.sluice.core.ip.Reassembler;
import org.sluice.core.ip.ReassemblyCounters;
import org.sluice.core.ip.ReassemblyLimits;

/** Puts the fragments of an input together, and checks what comes of them. */
final class Reassembly implements AutoCloseable {
  /** Small, so that inputs of some packets reach them. */
  private static final ReassemblyLimits LIMITS = new ReassemblyLimits(4, 1 << 17, 8, 3, 2);
  private static final long WAIT_NS = 61 * Bench.SECOND_NS;

  private final Bench bench = new Bench();
  private final Reassembler reassembler = new Reassembler(bench.worker, LIMITS, ReassemblyCounters.of(bench.counters()),
      new SplittableRandom(1), Reassembly::timedOut);
  private final WholeCheck check;

  /** Looks at a datagram that was put together. */
  interface WholeCheck {
    void check(MemorySegment m, long packet, int length);
  }

  Reassembly(WholeCheck check) {
    this.check = check;
  }

  private static void timedOut(MemorySegment m, long packet, int length, int table, int interfaceIndex) {
    Check.that(length > 0 && packet >= 0 && packet + length <= m.byteSize(), "what is quoted is there");
  }

  void add4(MemorySegment m) {
    finish(bench.on(() -> reassembler.add4(m, 0, 0, 1)));
  }

  void add6(MemorySegment m, int distance) {
    finish(bench.on(() -> reassembler.add6(m, 0, distance, 0, 1)));
  }

  private void finish(FragmentVerdict verdict) {
    Check.that(reassembler.size() <= LIMITS.maxDatagrams(), "no more datagrams than may be");
    if (verdict == FragmentVerdict.WHOLE) {
      check.check(reassembler.pool().memory(), reassembler.wholeOffset(), reassembler.wholeLength());
      bench.on(() -> {
        reassembler.pool().release(reassembler.wholeOffset());
        return reassembler;
      });
    }
  }

  /** Time passes, and nothing is left. */
  @Override
  public void close() {
    bench.pass(WAIT_NS);
    Check.that(reassembler.size() == 0, "nothing waits for fragments that stay away");
  }
}
