package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.header.Ip4Header;

/** Random fragments against a reference that keeps byte arrays (RFC 791 section 3.2, RFC 8200 section 4.5). */
class ReassemblerModelTest {
  private static final int STEPS = 4_000;
  private static final int IDS = 12;
  private static final int UNIT = 8;

  /** What the reference knows of one datagram. */
  private static final class Known {
    private final TreeMap<Integer, byte[]> parts = new TreeMap<>();
    private final long deadlineNs;
    private int total = -1;
    private boolean discarded;

    private Known(long deadlineNs) {
      this.deadlineNs = deadlineNs;
    }

    private boolean overlaps(int position, int length) {
      return parts.entrySet().stream()
          .anyMatch(p -> p.getKey() < position + length && position < p.getKey() + p.getValue().length);
    }

    private int farthest() {
      return parts.isEmpty() ? 0 : parts.lastKey() + parts.lastEntry().getValue().length;
    }

    private byte @Nullable [] whole() {
      if (total < 0 || parts.values().stream().mapToInt(p -> p.length).sum() != total) {
        return null;
      }
      byte[] all = new byte[total];
      parts.forEach((at, part) -> System.arraycopy(part, 0, all, at, part.length));
      return all;
    }
  }

  private final IpFixture ip = new IpFixture();
  private final Map<Integer, Known> reference = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void randomFragments_becomeWhatTheReferenceMakesOfThem(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Reassembler reassembler = new Reassembler(ip.worker, ReassemblyLimits.DEFAULT,
        ReassemblyCounters.of(ip.counters()), random, (m, at, length, table, nic) -> {});
    int whole = 0;
    for (int step = 0; step < STEPS; step++) {
      if (random.nextInt(40) == 0) {
        ip.pass(random.nextInt(1, 12) * IpFixture.SECOND_NS);
        reference.values().removeIf(known -> known.deadlineNs <= ip.nanoTime());
      }
      whole += step(reassembler, random, step) ? 1 : 0;
      assertThat(reassembler.size()).isEqualTo(reference.size());
    }
    assertThat(whole).as("seed %d: datagrams put together", seed).isGreaterThan(STEPS / 50);
    assertThat(ip.count("ip.reassembly.overlap")).isPositive();
    assertThat(ip.count("ip.reassembly.timeout")).isPositive();
    assertThat(ip.count("ip.reassembly.duplicate")).isPositive();
    ip.pass(61 * IpFixture.SECOND_NS);
    assertThat(reassembler.size()).isZero();
    assertThat(reassembler.freeBlocks()).isEqualTo(ReassemblyLimits.DEFAULT.maxBytes() / FragmentStore.BLOCK_BYTES);
    assertThat(ip.<Integer>on(() -> reassembler.pool().available())).isEqualTo(ReassemblyLimits.DEFAULT.maxWhole());
  }

  private boolean step(Reassembler reassembler, SplittableRandom random, int step) {
    int id = random.nextInt(IDS);
    boolean ip6 = id % 2 == 1;
    // A datagram's bytes and cuts follow from its id; some fragments are cut elsewhere, or carry other bytes.
    int total = 100 + id * 1_237;
    int unit = UNIT * (4 + id * 25);
    int position = random.nextInt((total + unit - 1) / unit) * unit;
    if (random.nextInt(60) == 0) {
      position += UNIT;
    }
    int end = Math.min(total, position + unit);
    if (end <= position) {
      return false;
    }
    boolean more = end < total;
    byte[] part = new byte[end - position];
    for (int i = 0; i < part.length; i++) {
      part[i] = (byte) ((position + i) * 31 + id);
    }
    if (random.nextInt(200) == 0) {
      part[part.length - 1]++;
    }
    FragmentVerdict verdict = ip.on(() -> ip6
        ? reassembler.add6(IpFixture.fragment6(59, id, position(part, end), more, part), 0, 40, 0, 1)
        : reassembler.add4(IpFixture.ip4(17, id, position(part, end) / UNIT | (more ? 0x2000 : 0), part), 0, 0, 1));
    byte[] expected = expect(id, ip6, position, part, more);
    assertThat(verdict == FragmentVerdict.WHOLE).as("step %d: %s", step, verdict).isEqualTo(expected != null);
    if (expected != null) {
      assertThat(takeWhole(reassembler, ip6 ? 40 : 20)).isEqualTo(expected);
    }
    return expected != null;
  }

  private static int position(byte[] part, int end) {
    return end - part.length;
  }

  private byte @Nullable [] expect(int id, boolean ip6, int position, byte[] part, boolean more) {
    long timeoutNs = ip6 ? Reassembler.TIMEOUT_6_NS : Reassembler.TIMEOUT_4_NS;
    Known known = reference.computeIfAbsent(id, _ -> new Known(ip.nanoTime() + timeoutNs));
    if (known.discarded || Arrays.equals(known.parts.get(position), part)) {
      return null;
    }
    int end = position + part.length;
    boolean disagrees = more ? known.total >= 0 && end >= known.total : known.total >= 0 || end < known.farthest();
    if (disagrees || known.overlaps(position, part.length)) {
      known.discarded = true;
      return null;
    }
    known.parts.put(position, part);
    known.total = more ? known.total : end;
    byte[] whole = known.whole();
    if (whole != null) {
      reference.remove(id);
    }
    return whole;
  }

  private byte[] takeWhole(Reassembler reassembler, int header) {
    return ip.on(() -> {
      MemorySegment m = reassembler.pool().memory();
      long at = reassembler.wholeOffset();
      int length = reassembler.wholeLength();
      if (header == Ip4Header.MIN_LENGTH) {
        assertThat(Ip4Header.validate(m, at, length)).isEqualTo(header);
        assertThat(Ip4Header.isFragment(m, at)).isFalse();
        assertThat(Ip4Header.checksumSum(m, at, header)).isEqualTo(0xffff);
      }
      byte[] payload = m.asSlice(at + header, length - header).toArray(ValueLayout.JAVA_BYTE);
      reassembler.pool().release(at);
      return payload;
    });
  }
}
