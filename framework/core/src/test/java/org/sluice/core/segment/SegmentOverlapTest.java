package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.eager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.segment.SegmentFixture.Pair;

/** Segments of all applications, their FIFOs and the bytes in them are disjoint, whatever came and went before. */
final class SegmentOverlapTest {
  private static final int MANAGERS = 4;
  private static final int STEPS = 400;
  private static final int FIFO_BYTES = 8 * KIB;

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void segments_of_all_applications_never_overlap(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    SegmentFixture fixture = new SegmentFixture();
    List<SegmentManager> managers = new ArrayList<>();
    for (int i = 0; i < MANAGERS; i++) {
      managers.add(fixture.manager(eager((64L + 32L * i) * KIB, 64 * KIB, 16, FIFO_BYTES)));
    }
    List<Pair> pairs = new ArrayList<>();
    FifoPair out = new FifoPair();
    for (int step = 0; step < STEPS; step++) {
      if (random.nextInt(5) < 3 && managers.get(random.nextInt(MANAGERS)).allocatePair(out) == 0) {
        pairs.add(new Pair(out));
      } else if (!pairs.isEmpty()) {
        pairs.remove(random.nextInt(pairs.size())).release();
      }
      assertDisjoint("segments, seed " + seed + ", step " + step, segmentRanges(fixture));
      assertDisjoint("FIFO headers, seed " + seed + ", step " + step, headerRanges(pairs));
    }
    assertThat(fixture.recorder.live).hasSizeGreaterThan(MANAGERS);
    assertBytesStay(pairs, seed);
  }

  private static List<long[]> segmentRanges(SegmentFixture fixture) {
    List<long[]> ranges = new ArrayList<>();
    for (ManagedSegment segment : fixture.recorder.live) {
      ranges.add(range(segment.memory().memory().address(), segment.memory().sizeBytes()));
    }
    return ranges;
  }

  private static List<long[]> headerRanges(List<Pair> pairs) {
    List<long[]> ranges = new ArrayList<>();
    for (Pair pair : pairs) {
      long base = pair.segment.memory().memory().address();
      ranges.add(range(base + pair.rxOffset, 192));
      ranges.add(range(base + pair.txOffset, 192));
    }
    return ranges;
  }

  /** Fills each FIFO with a number of its own, then looks whether each still has its own. */
  private static void assertBytesStay(List<Pair> pairs, long seed) {
    byte[] block = new byte[FIFO_BYTES];
    byte number = 0;
    for (Pair pair : pairs) {
      Arrays.fill(block, ++number);
      assertThat(pair.producer(pair.rxOffset).enqueue(block, 0, FIFO_BYTES)).isEqualTo(FIFO_BYTES);
      Arrays.fill(block, ++number);
      assertThat(pair.producer(pair.txOffset).enqueue(block, 0, FIFO_BYTES)).isEqualTo(FIFO_BYTES);
    }
    number = 0;
    for (Pair pair : pairs) {
      for (long offset : new long[] {pair.rxOffset, pair.txOffset}) {
        assertThat(pair.consumer(offset).dequeue(block, 0, FIFO_BYTES)).isEqualTo(FIFO_BYTES);
        assertThat(block).as("seed %d", seed).containsOnly(++number);
      }
    }
  }

  private static long[] range(long start, long length) {
    return new long[] {start, start + length};
  }

  private static void assertDisjoint(String what, List<long[]> ranges) {
    ranges.sort(Comparator.comparingLong(r -> r[0]));
    for (int i = 1; i < ranges.size(); i++) {
      assertThat(ranges.get(i)[0]).as(what).isGreaterThanOrEqualTo(ranges.get(i - 1)[1]);
    }
  }
}
