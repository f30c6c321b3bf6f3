package org.sluice.testkit.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sluice.core.nic.FaultNic;
import org.sluice.core.nic.FaultRule;

/** Rules drop the frames that they say, on the way out and on the way in. */
final class FaultNicTest {
  private static final List<byte[]> TWENTY = IntStream.range(1, 21).mapToObj(i -> WireWorld.frame(i, 60)).toList();

  private static WireWorld world(List<FaultRule> rxRules, List<FaultRule> txRules) {
    WireWorld w = new WireWorld(1, 1);
    w.near = new FaultNic(w.open("w:0", Map.of()), w.world.workers(), List.of(), txRules, w.world.counters());
    w.far = new FaultNic(w.open("w:1", Map.of()), w.world.workers(), rxRules, List.of(), w.world.counters());
    w.world.attach(w.near);
    w.world.attach(w.far);
    return w;
  }

  private static List<Integer> passed(WireWorld w) {
    int free = w.free();
    assertThat(w.world.send(0, w.tx(), TWENTY.subList(0, 7))).as("dropped frames were accepted").isEqualTo(7);
    assertThat(w.world.send(0, w.tx(), TWENTY.subList(7, 20))).isEqualTo(13);
    w.world.advance(WireWorld.LONG);
    assertThat(w.world.count("fault.dropped")).isEqualTo(20L - w.numbers().size());
    assertThat(w.free()).isEqualTo(free);
    return w.numbers();
  }

  @Test
  void the_nth_frame_is_dropped_once() {
    List<Integer> expected = IntStream.range(1, 21).filter(i -> i != 9).boxed().toList();
    assertThat(passed(world(List.of(), List.of(FaultRule.nth(9))))).isEqualTo(expected);
    assertThat(passed(world(List.of(FaultRule.nth(9)), List.of()))).isEqualTo(expected);
  }

  @Test
  void every_nth_frame_is_dropped() {
    List<Integer> expected = IntStream.range(1, 21).filter(i -> i % 3 != 0).boxed().toList();
    assertThat(passed(world(List.of(), List.of(FaultRule.every(3))))).isEqualTo(expected);
    assertThat(passed(world(List.of(FaultRule.every(3)), List.of()))).isEqualTo(expected);
    assertThat(passed(world(List.of(FaultRule.every(1)), List.of()))).isEmpty();
  }

  @Test
  void of_frames_with_certain_bytes_the_nth_is_dropped() {
    FaultRule even = FaultRule.nth(3).matching(14, 4, 1, 0);
    List<Integer> expected = IntStream.range(1, 21).filter(i -> i != 6).boxed().toList();
    assertThat(passed(world(List.of(), List.of(even)))).isEqualTo(expected);
    assertThat(passed(world(List.of(even), List.of()))).isEqualTo(expected);
    FaultRule first = new FaultRule(2, 4, 14, 0xfffffff0L, 0, 4);
    assertThat(passed(world(List.of(first), List.of())))
        .isEqualTo(IntStream.range(1, 21).filter(i -> i > 15 || i % 4 != 2).boxed().toList());
    assertThat(passed(world(List.of(FaultRule.every(1).matching(53, 8, 0, 0)), List.of())))
        .as("no frame is so long").hasSize(20);
    assertThat(passed(world(List.of(FaultRule.every(1).matching(52, 8, 0, 0)), List.of()))).isEmpty();
  }

  @Test
  void each_rule_counts_all_frames() {
    assertThat(passed(world(List.of(FaultRule.nth(2), FaultRule.nth(4), FaultRule.every(10)), List.of())))
        .isEqualTo(IntStream.range(1, 21).filter(i -> i != 2 && i != 4 && i % 10 != 0).boxed().toList());
  }

  @Test
  void rules_without_sense_are_refused() {
    assertThatThrownBy(() -> FaultRule.nth(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FaultRule.every(1).matching(0, 9, 0, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
