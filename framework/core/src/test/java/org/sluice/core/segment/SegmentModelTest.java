package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.eager;
import static org.sluice.core.segment.SegmentFixture.lingering;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.segment.SegmentFixture.Pair;
import org.sluice.spi.error.SessionError;

/** A manager against a reference that knows nothing of memory: pairs in segments, in what order they came. */
final class SegmentModelTest {
  private static final int STEPS = 3_000;
  private static final long LINGER_NS = 100;
  private static final int MAX_SEGMENTS = 5;
  private static final int SEGMENT_BYTES = 128 * KIB;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void manager_behaves_like_the_model(long seed) {
    for (long lingerNs : new long[] {0, LINGER_NS}) {
      Run run = new Run(seed, lingerNs);
      for (int step = 0; step < STEPS; step++) {
        run.context = "seed " + seed + ", linger " + lingerNs + ", step " + step;
        run.step();
        run.check();
      }
      run.context = "seed " + seed + ", linger " + lingerNs + ", end";
      run.end();
    }
  }

  private static final class Run {
    private final SegmentFixture fixture = new SegmentFixture();
    private final RandomGenerator random;
    private final SegmentOptions options;
    private final SegmentBudget budget;
    private final SegmentManager manager;
    private final FifoPair out = new FifoPair();

    /** Segments in the order in which they came, with their pairs. */
    private final Map<ManagedSegment, List<Pair>> model = new LinkedHashMap<>();
    private final Map<ManagedSegment, Long> emptySince = new LinkedHashMap<>();
    private long nowNs;
    private String context = "";

    Run(long seed, long lingerNs) {
      random = new SplittableRandom(seed);
      options = lingering(eager(SEGMENT_BYTES, SEGMENT_BYTES, MAX_SEGMENTS, 12 * KIB), lingerNs);
      budget = fixture.budget((long) SEGMENT_BYTES * (MAX_SEGMENTS - seed % 2));
      manager = new SegmentManager(options, budget, fixture.recorder);
    }

    void step() {
      switch (random.nextInt(8)) {
        case 0 -> sweep();
        case 1, 2, 3, 4 -> allocate();
        default -> release();
      }
    }

    private void allocate() {
      ManagedSegment roomiest = null;
      for (ManagedSegment segment : model.keySet()) {
        if (roomiest == null || segment.memory().freeBytes() > roomiest.memory().freeBytes()) {
          roomiest = segment;
        }
      }
      long mostFree = roomiest == null ? 0 : roomiest.memory().freeBytes();
      int error = manager.allocatePair(out);
      if (error != 0) {
        assertThat(error).as(context).isEqualTo(SessionError.SEG_NO_SPACE.code());
        assertThat((long) SEGMENT_BYTES * (model.size() + 1))
            .as(context)
            .isGreaterThan(Math.min(budget.maxBytes(), (long) SEGMENT_BYTES * MAX_SEGMENTS));
        assertThat(mostFree).as(context).isLessThan(32 * KIB);
        return;
      }
      if (model.containsKey(out.segment())) {
        assertThat(out.segment()).as(context).isSameAs(roomiest);
      } else {
        assertThat(mostFree).as(context).isLessThan(32 * KIB);
      }
      pairsOf(out.segment()).add(new Pair(out));
      emptySince.remove(out.segment());
    }

    private List<Pair> pairsOf(ManagedSegment segment) {
      return model.computeIfAbsent(segment, s -> new ArrayList<>());
    }

    private void release() {
      List<ManagedSegment> used = new ArrayList<>();
      model.forEach((segment, pairs) -> {
        if (!pairs.isEmpty()) {
          used.add(segment);
        }
      });
      if (used.isEmpty()) {
        return;
      }
      ManagedSegment segment = used.get(random.nextInt(used.size()));
      List<Pair> pairs = pairsOf(segment);
      pairs.remove(random.nextInt(pairs.size())).release();
      boolean tight = (long) SEGMENT_BYTES * (model.size() + 1) > budget.maxBytes();
      if (pairs.isEmpty() && (options.lingerNs() == 0 || tight) && segment != manager.first()) {
        model.remove(segment);
      }
    }

    private void sweep() {
      nowNs += random.nextInt((int) LINGER_NS);
      long next = manager.sweep(nowNs);
      long expected = Long.MAX_VALUE;
      for (ManagedSegment segment : List.copyOf(model.keySet())) {
        if (!pairsOf(segment).isEmpty() || segment == manager.first()) {
          continue;
        }
        long due = emptySince.computeIfAbsent(segment, s -> nowNs) + options.lingerNs();
        if (due <= nowNs) {
          model.remove(segment);
          emptySince.remove(segment);
        } else {
          expected = Math.min(expected, due);
        }
      }
      assertThat(next).as(context).isEqualTo(expected);
    }

    void check() {
      assertThat(fixture.recorder.live).as(context).containsExactlyElementsOf(model.keySet());
      assertThat(manager.size()).as(context).isEqualTo(model.size());
      assertThat(fixture.registry.size()).as(context).isEqualTo(model.size());
      assertThat(budget.bytes()).as(context).isEqualTo((long) model.size() * SEGMENT_BYTES);
      List<SegmentInfo> info = manager.info();
      int index = 0;
      for (Map.Entry<ManagedSegment, List<Pair>> entry : model.entrySet()) {
        int pairs = entry.getValue().size();
        assertThat(info.get(index).handle()).as(context).isEqualTo(entry.getKey().handle());
        assertThat(info.get(index).pairs()).as(context).isEqualTo(pairs);
        assertThat(info.get(index).fifos()).as(context).isEqualTo(2 * pairs);
        index++;
      }
    }

    void end() {
      manager.detach();
      for (Map.Entry<ManagedSegment, List<Pair>> entry : List.copyOf(model.entrySet())) {
        entry.getValue().forEach(Pair::release);
        model.remove(entry.getKey());
        assertThat(fixture.registry.find(entry.getKey().handle())).as(context).isNull();
      }
      check();
    }
  }
}
