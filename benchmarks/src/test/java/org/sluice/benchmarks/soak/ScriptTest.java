package org.sluice.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScriptTest {

  @Test
  void the_same_seed_is_the_same_script() {
    Chapter chapter = Chapter.draw(1, 2, 3);
    assertThat(chapter).isEqualTo(Chapter.draw(1, 2, 3)).isNotEqualTo(Chapter.draw(2, 2, 3))
        .isNotEqualTo(Chapter.draw(1, 3, 2));
    assertThat(chapter.script(4)).isEqualTo(Chapter.draw(1, 2, 3).script(4)).isNotEqualTo(chapter.script(5));
  }

  @Test
  void among_many_scripts_there_is_everything() {
    List<Script> scripts = LongStream.range(0, 2000).mapToObj(Script::draw).toList();
    for (Ending.Kind kind : Ending.Kind.values()) {
      for (End end : End.values()) {
        for (boolean bySender : new boolean[] {false, true}) {
          assertThat(scripts).anyMatch(script -> script.isTwoWay() && script.ending().kind() == kind
              && script.ending().end() == end && script.ending().bySender() == bySender);
        }
      }
    }
    assertThat(scripts).anyMatch(script -> script.forth().largestMessage() == 1)
        .anyMatch(script -> script.forth().largestMessage() == Pattern.MOST_BYTES)
        .anyMatch(script -> script.forth().virtualSender() && !script.forth().virtualReceiver())
        .anyMatch(script -> script.ending().atByte() == 0);
    assertThat(scripts).allMatch(script -> script.isTwoWay() || script.ending().end() == End.CLIENT
        == script.ending().bySender());
    assertThat(scripts).allMatch(script -> script.forth().bytes() > 0
        && script.ending().atByte() <= Math.max(script.forth().bytes(), script.back().bytes()));
  }

  @Test
  void a_pattern_knows_each_of_its_bytes() {
    Pattern pattern = new Pattern(-5);
    long position = 3L << 20;
    MemorySegment bytes = MemorySegment.ofArray(new byte[1000]);
    MemorySegment.copy(Pattern.memory(), pattern.at(position), bytes, 10, 900);
    pattern.check(bytes, 10, 900, position);
    assertThat(Pattern.array()[pattern.at(position)]).isEqualTo(bytes.get(ValueLayout.JAVA_BYTE, 10));
    assertThatThrownBy(() -> pattern.check(bytes, 10, 900, position + 1)).hasMessageContaining("byte 3145729 is ");
    bytes.set(ValueLayout.JAVA_BYTE, 500, (byte) ~bytes.get(ValueLayout.JAVA_BYTE, 500));
    assertThatThrownBy(() -> pattern.check(bytes, 10, 900, position)).hasMessageContaining("byte " + (position + 490));
  }
}
