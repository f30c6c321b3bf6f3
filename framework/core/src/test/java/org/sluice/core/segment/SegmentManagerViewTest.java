package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.memory.Segment;

/** What consoles see of segments; a manager whose owner left stays visible as long as it holds memory. */
class SegmentManagerViewTest {
  private static final long SEGMENT_BYTES = 256 << 10;

  private final SegmentRegistry registry = new SegmentRegistry(16);
  private final SegmentBudget budget = new SegmentBudget(
      registry, Segment::allocate, SegmentCounters.of(new CounterRegistry(1).scope("test")), 0);

  private SegmentManager newManager() {
    SegmentOptions options =
        new SegmentOptions(SEGMENT_BYTES, SEGMENT_BYTES, 4, 8 << 10, 8 << 10, 0, 0, 0, 0, 50, 80, 0);
    return new SegmentManager(options, budget, new SegmentListener() {
      @Override
      public void onSegmentAdded(long handle, ManagedSegment segment) {}

      @Override
      public void onSegmentRemoved(long handle, ManagedSegment segment) {}
    });
  }

  @Test
  void managers_are_numbered_and_show_their_segments() {
    SegmentManager first = newManager();
    SegmentManager second = newManager();
    FifoPair pair = new FifoPair();
    assertThat(second.allocatePair(pair)).isZero();
    assertThat(List.of(first.index(), second.index())).containsExactly(0, 1);
    assertThat(first.view().segments()).isEmpty();
    assertThat(second.view().segments()).singleElement().satisfies(segment -> {
      assertThat(segment.handle()).isEqualTo(pair.segment().handle());
      assertThat(segment.sizeBytes()).isEqualTo(SEGMENT_BYTES);
      assertThat(segment.usedBytes() + segment.freeBytes()).isEqualTo(SEGMENT_BYTES);
      assertThat(segment.fifos()).isEqualTo(2);
      assertThat(segment.pressure()).isEqualTo(PressureLevel.NO);
    });
  }

  @Test
  void a_manager_whose_owner_left_is_listed_until_its_last_pair_goes() {
    SegmentManager manager = newManager();
    FifoPair pair = new FifoPair();
    assertThat(manager.allocatePair(pair)).isZero();
    manager.detach();
    assertThat(registry.managers()).singleElement().satisfies(view -> {
      assertThat(view.isDetached()).isTrue();
      assertThat(view.segments()).hasSize(1);
    });
    pair.lease().release();
    assertThat(registry.managers()).isEmpty();
  }
}
