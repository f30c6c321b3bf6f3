package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The long part of an {@link InternetChecksum} by the Vector API. Only to be touched where the module
 * {@code jdk.incubator.vector} is.
 *
 * <p>Each 64-bit word w is added twice: as it is, and its upper half. The first sum, modulo 2<sup>64</sup>, less
 * 2<sup>32</sup> times the second is that of the lower halves, so that these need no masking.
 */
final class VectorChecksum {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final long STEP = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private VectorChecksum() {}

  /** How many bytes at the end of so many fill no vector. */
  static long remainder(long lengthBytes) {
    return lengthBytes & (STEP - 1);
  }

  /**
   * Sums up halves of words of 64 bits in native order.
   *
   * @param m native memory always, so that the loads meet one kind of address
   * @param from the first byte, at any alignment
   * @param to the byte after the last one, a whole number of vectors later
   * @return the sum of the 32-bit words, not folded
   */
  static long sum(MemorySegment m, long from, long to) {
    LongVector words = LongVector.zero(SPECIES);
    LongVector upper = words;
    long at = from;
    // Four vectors are added up as a tree before they join the chain from one step to the next.
    for (; to - at >= 4 * STEP; at += 4 * STEP) {
      LongVector a = load(m, at);
      LongVector b = load(m, at + STEP);
      LongVector c = load(m, at + 2 * STEP);
      LongVector d = load(m, at + 3 * STEP);
      words = words.add(a.add(b).add(c.add(d)));
      upper = upper.add(upper(a).add(upper(b)).add(upper(c).add(upper(d))));
    }
    for (; at < to; at += STEP) {
      LongVector a = load(m, at);
      words = words.add(a);
      upper = upper.add(upper(a));
    }
    long upperSum = upper.reduceLanes(VectorOperators.ADD);
    return words.reduceLanes(VectorOperators.ADD) - (upperSum << 32) + upperSum;
  }

  private static LongVector load(MemorySegment m, long at) {
    return LongVector.fromMemorySegment(SPECIES, m, at, ORDER);
  }

  private static LongVector upper(LongVector words) {
    return words.lanewise(VectorOperators.LSHR, 32);
  }
}
