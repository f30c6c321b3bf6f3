package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.UdpHeader;
import org.sluice.spi.header.Wire;

class ReassemblerTest {
  private static final int MORE = Ip4Header.MORE_FRAGMENTS;
  private static final int UDP = UdpHeader.PROTOCOL;

  private final IpFixture ip = new IpFixture();
  private final List<byte[]> timedOut = new ArrayList<>();
  private Reassembler reassembler = withLimits(ReassemblyLimits.DEFAULT);

  private Reassembler withLimits(ReassemblyLimits limits) {
    return new Reassembler(ip.worker, limits, ReassemblyCounters.of(ip.counters()), new SplittableRandom(7),
        (m, at, length, table, nic) -> timedOut.add(m.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE)));
  }

  private FragmentVerdict add4(MemorySegment m) {
    return ip.on(() -> reassembler.add4(m, 0, 0, 1));
  }

  private FragmentVerdict add6(MemorySegment m) {
    return add6(m, 1);
  }

  private FragmentVerdict add6(MemorySegment m, int nic) {
    return ip.on(() -> reassembler.add6(m, 0, Ip6Extensions.distance(Ip6Extensions.find(m, 0)), 0, nic));
  }

  private static MemorySegment from(long source, MemorySegment m) {
    Ip4Header.addresses(m, 0, source, IpFixture.HOST_4);
    return m;
  }

  private static MemorySegment ecn(int codepoint, MemorySegment m) {
    Wire.put8(m, 1, codepoint);
    return m;
  }

  @Test
  void rfc8200_4_5_fragmentThatIsNotTheLastAndNoMultipleOfEight_isReported() {
    assertThat(add6(IpFixture.fragment6(UDP, 1, 0, true, new byte[12]))).isEqualTo(FragmentVerdict.BAD_LENGTH);
    assertThat(add4(IpFixture.ip4(UDP, 1, MORE, new byte[12]))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.malformed")).isEqualTo(2);
    assertThat(reassembler.size()).isZero();
  }

  @Test
  void rfc8200_4_5_fragmentBeyond65535_isReported_pingOfDeath() {
    assertThat(add6(IpFixture.fragment6(UDP, 1, 65_528, false, new byte[8]))).isEqualTo(FragmentVerdict.TOO_LONG);
    assertThat(add4(IpFixture.ip4(UDP, 1, 8_189, new byte[1_400]))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.malformed")).isEqualTo(2);
  }

  @Test
  void longestDatagrams_becomeWhole() {
    reassembler = withLimits(new ReassemblyLimits(2, FragmentStore.leastBytes(128), 128, 2, 1));
    FragmentVerdict last = FragmentVerdict.DROPPED;
    for (int at = 0; at < 65_535; at += 520) {
      int length = Math.min(520, 65_535 - at);
      last = add6(IpFixture.fragment6(UDP, 1, at, at + length < 65_535, new byte[length]));
    }
    assertThat(last).isEqualTo(FragmentVerdict.WHOLE);
    assertThat(reassembler.wholeLength()).isEqualTo(65_575);
    MemorySegment m = reassembler.pool().memory();
    assertThat(Ip6Header.validate(m, reassembler.wholeOffset(), 65_575)).isEqualTo(Ip6Header.LENGTH);
    assertThat(Ip6Header.nextHeader(m, reassembler.wholeOffset())).isEqualTo(UDP);

    // The buffer was not given back.
    assertThat(add4(IpFixture.ip4(UDP, 1, MORE, new byte[8]))).isEqualTo(FragmentVerdict.KEPT);
    assertThat(add4(IpFixture.ip4(UDP, 1, 1, new byte[8]))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.whole-limit")).isOne();
    assertThat(reassembler.size()).isZero();
  }

  @Test
  void rfc5722_overlap_discardsTheDatagramAndWhatIsStillToCome() {
    assertThat(add6(IpFixture.fragment6(UDP, 1, 0, true, new byte[16]))).isEqualTo(FragmentVerdict.KEPT);
    assertThat(add6(IpFixture.fragment6(UDP, 1, 8, true, new byte[16]))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(add6(IpFixture.fragment6(UDP, 1, 0, true, new byte[16]))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(add6(IpFixture.fragment6(UDP, 1, 16, false, new byte[16]))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.overlap")).isOne();
    assertThat(ip.count("ip.reassembly.late")).isEqualTo(2);

    ip.pass(Reassembler.TIMEOUT_6_NS);
    assertThat(reassembler.size()).isZero();
    assertThat(timedOut).isEmpty();
    assertThat(ip.count("ip.reassembly.timeout")).isZero();
  }

  @Test
  void rfc8200_4_5_exactDuplicate_isNoOverlap_oneWithOtherBytesIs() {
    byte[] data = new byte[4_800];
    assertThat(add6(IpFixture.fragment6(UDP, 1, 0, true, data))).isEqualTo(FragmentVerdict.KEPT);
    assertThat(add6(IpFixture.fragment6(UDP, 1, 0, true, data))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.duplicate")).isOne();
    data[4_799] = 1;
    assertThat(add6(IpFixture.fragment6(UDP, 1, 0, true, data))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.overlap")).isOne();
  }

  @Test
  void rfc7112_5_firstFragmentWithoutAllHeaders_isReported() {
    // One fragment inside the other.
    assertThat(add6(IpFixture.fragment6(44, 1, 0, true, new byte[16]))).isEqualTo(FragmentVerdict.INCOMPLETE_CHAIN);
    assertThat(add6(IpFixture.fragment6(6, 1, 0, true, new byte[16]))).isEqualTo(FragmentVerdict.INCOMPLETE_CHAIN);
    // Destination options of 16 bytes, of which 8 are there.
    byte[] options = {UDP, 1, 0, 0, 0, 0, 0, 0};
    assertThat(add6(IpFixture.fragment6(60, 1, 0, true, options))).isEqualTo(FragmentVerdict.INCOMPLETE_CHAIN);
    assertThat(ip.count("ip.reassembly.incomplete-chain")).isEqualTo(3);
  }

  @Test
  void headersBeforeTheFragmentHeader_areKept_andPointBehindIt() {
    byte[] first = new byte[8 + 8 + 16];
    MemorySegment hopByHop = MemorySegment.ofArray(first);
    Wire.put8(hopByHop, 0, 44);
    Wire.put8(hopByHop, 8, UDP);
    Wire.put16(hopByHop, 10, 1);
    byte[] second = first.clone();
    Wire.put16(MemorySegment.ofArray(second), 10, 16);

    assertThat(add6(IpFixture.ip6(0, second))).isEqualTo(FragmentVerdict.KEPT);
    assertThat(add6(IpFixture.ip6(0, first))).isEqualTo(FragmentVerdict.WHOLE);
    long found = Ip6Extensions.find(reassembler.pool().memory(), reassembler.wholeOffset());
    assertThat(Ip6Extensions.protocol(found)).isEqualTo(UDP);
    assertThat(Ip6Extensions.distance(found)).isEqualTo(48);
    assertThat(reassembler.wholeLength()).isEqualTo(48 + 32);
  }

  @Test
  void rfc6946_atomicFragment_losesItsHeaderInPlace() {
    byte[] data = new byte[24];
    data[20] = 9;
    MemorySegment m = IpFixture.fragment6(UDP, 1, 0, false, data);
    assertThat(Reassembler.isAtomic(m, 40)).isTrue();
    assertThat(Reassembler.isAtomic(IpFixture.fragment6(UDP, 1, 8, false, data), 40)).isFalse();
    assertThat(Reassembler.isAtomic(IpFixture.fragment6(UDP, 1, 0, true, data), 40)).isFalse();

    long at = Reassembler.unwrapAtomic(m, 0, 40);
    assertThat(at).isEqualTo(8);
    assertThat(Ip6Header.validate(m, at, 64)).isEqualTo(40);
    assertThat(Ip6Header.payloadLength(m, at)).isEqualTo(24);
    assertThat(Ip6Header.nextHeader(m, at)).isEqualTo(UDP);
    assertThat(Ip6Header.sourceLow(m, at)).isEqualTo(2);
    assertThat(Wire.u8(m, at + 60)).isEqualTo(9);
  }

  @Test
  void rfc3168_5_3_congestionMark_isKept_andEndsADatagramThatCannotCarryIt() {
    add4(ecn(2, IpFixture.ip4(UDP, 1, MORE, new byte[8])));
    assertThat(add4(ecn(3, IpFixture.ip4(UDP, 1, 1, new byte[8])))).isEqualTo(FragmentVerdict.WHOLE);
    assertThat(Ip4Header.ecn(reassembler.pool().memory(), reassembler.wholeOffset())).isEqualTo(3);

    add4(ecn(0, IpFixture.ip4(UDP, 2, MORE, new byte[8])));
    assertThat(add4(ecn(3, IpFixture.ip4(UDP, 2, 1, new byte[8])))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.ecn")).isOne();
  }

  @Test
  void timeout_tellsTheFirstFragment_onlyWhenItIsThere() {
    byte[] data = new byte[3_000];
    data[7] = 5;
    MemorySegment first = IpFixture.ip4(UDP, 1, MORE, data);
    add4(first);
    add4(IpFixture.ip4(UDP, 2, MORE | 1, new byte[8]));
    add6(IpFixture.fragment6(UDP, 3, 0, true, new byte[8]));

    ip.pass(Reassembler.TIMEOUT_4_NS - 1);
    assertThat(reassembler.size()).isEqualTo(3);
    ip.pass(1_000_000);
    assertThat(reassembler.size()).isOne();
    assertThat(timedOut).hasSize(1);
    assertThat(timedOut.getFirst()).isEqualTo(first.asSlice(0, 1_300).toArray(ValueLayout.JAVA_BYTE));

    ip.pass(30 * IpFixture.SECOND_NS);
    assertThat(timedOut).hasSize(2);
    assertThat(timedOut.getLast()).hasSize(40 + 8 + 8);
    assertThat(ip.count("ip.reassembly.timeout")).isEqualTo(3);
  }

  @Test
  void key_isAddressesIdentificationProtocolAndTable_forIp6NotTheProtocol() {
    add4(IpFixture.ip4(UDP, 1, MORE, new byte[8]));
    assertThat(add4(IpFixture.ip4(6, 1, 1, new byte[8]))).isEqualTo(FragmentVerdict.KEPT);
    assertThat(add4(from(99, IpFixture.ip4(UDP, 1, 1, new byte[8])))).isEqualTo(FragmentVerdict.KEPT);
    MemorySegment last = IpFixture.ip4(UDP, 1, 1, new byte[8]);
    assertThat(ip.<FragmentVerdict>on(() -> reassembler.add4(last, 0, 5, 1))).isEqualTo(FragmentVerdict.KEPT);
    assertThat(add4(last)).isEqualTo(FragmentVerdict.WHOLE);

    add6(IpFixture.fragment6(UDP, 1, 0, true, new byte[8]));
    assertThat(add6(IpFixture.fragment6(6, 1, 8, false, new byte[8]), 2)).isEqualTo(FragmentVerdict.WHOLE);
    assertThat(Ip6Header.nextHeader(reassembler.pool().memory(), reassembler.wholeOffset())).isEqualTo(UDP);
  }

  @Test
  void linkLocalAddresses_areOfTheirLinkOnly() {
    MemorySegment first = IpFixture.fragment6(UDP, 1, 0, true, new byte[8]);
    MemorySegment last = IpFixture.fragment6(UDP, 1, 8, false, new byte[8]);
    Ip6Header.source(first, 0, Addresses.LINK_LOCAL_HIGH, 2);
    Ip6Header.source(last, 0, Addresses.LINK_LOCAL_HIGH, 2);
    add6(first, 1);
    assertThat(add6(last, 2)).isEqualTo(FragmentVerdict.KEPT);
    assertThat(add6(last, 1)).isEqualTo(FragmentVerdict.WHOLE);
  }

  @Test
  void limits_theOldestGivesWay_eachIsCounted() {
    reassembler = withLimits(new ReassemblyLimits(4, FragmentStore.leastBytes(4), 4, 2, 1));
    for (int source = 1; source <= 4; source++) {
      add4(from((long) source << 24, IpFixture.ip4(UDP, 1, MORE, new byte[8])));
    }
    add4(from(5L << 24, IpFixture.ip4(UDP, 1, MORE, new byte[8])));
    assertThat(ip.count("ip.reassembly.datagram-limit")).isOne();
    assertThat(add4(from(2L << 24, IpFixture.ip4(UDP, 1, 1, new byte[8])))).isEqualTo(FragmentVerdict.WHOLE);
    assertThat(add4(from(1L << 24, IpFixture.ip4(UDP, 1, 1, new byte[8])))).isEqualTo(FragmentVerdict.KEPT);

    for (int id = 2; id <= 4; id++) {
      add4(from(3L << 24, IpFixture.ip4(UDP, id, MORE, new byte[8])));
    }
    assertThat(ip.count("ip.reassembly.source-limit")).isOne();
    assertThat(add4(from(3L << 24, IpFixture.ip4(UDP, 2, 1, new byte[8])))).isEqualTo(FragmentVerdict.KEPT);

    for (int at = 0; at < 5; at++) {
      add4(from(9L << 24, IpFixture.ip4(UDP, 1, MORE | 2 * at, new byte[8])));
    }
    assertThat(ip.count("ip.reassembly.fragment-limit")).isOne();

    byte[] big = new byte[20_000];
    for (int id = 1; id <= 4; id++) {
      add4(from((20L + id) << 24, IpFixture.ip4(UDP, id, MORE, big)));
    }
    assertThat(ip.count("ip.reassembly.byte-limit")).isPositive();
    assertThat(add4(from(24L << 24, IpFixture.ip4(UDP, 4, 2_500, new byte[8])))).isEqualTo(FragmentVerdict.DROPPED);
    assertThat(ip.count("ip.reassembly.whole-limit")).isOne();
  }

  @Test
  void limitsWithoutRoomForOneDatagram_areRefused() {
    assertThatThrownBy(() -> new ReassemblyLimits(4, 65_536, 4, 2, 1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bytes for 4 fragments");
  }

  @Test
  void steadyState_allocatesNothing() {
    MemorySegment first = IpFixture.ip4(UDP, 1, MORE, new byte[1_480]);
    MemorySegment last = IpFixture.ip4(UDP, 1, 185, new byte[100]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    boolean entered = ip.worker.enter();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 40 && least != 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 3_000; i++) {
        reassembler.add4(last, 0, 0, 1);
        check(reassembler.add4(first, 0, 0, 1) == FragmentVerdict.WHOLE);
        reassembler.pool().release(reassembler.wholeOffset());
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    if (entered) {
      ip.worker.exit();
    }
    assertThat(least).isZero();
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new AssertionError("not put together");
    }
  }

  @Test
  void randomBytes_neverThrow_andAreCounted() {
    SplittableRandom random = new SplittableRandom(99);
    int came = 0;
    int whole = 0;
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(0, 120)];
      random.nextBytes(bytes);
      @Nullable FragmentVerdict verdict = null;
      if (random.nextBoolean()) {
        int fragment = random.nextInt(4) == 0 ? random.nextInt(0x10000) : random.nextInt(8) | MORE;
        verdict = add4(IpFixture.ip4(random.nextInt(3), random.nextInt(4), fragment, bytes));
      } else {
        byte[] payload = new byte[8 + bytes.length];
        random.nextBytes(payload);
        MemorySegment m = IpFixture.ip6(random.nextInt(4) == 0 ? 60 : 44, payload);
        long found = Ip6Extensions.find(m, 0);
        if (found >= 0 && Ip6Extensions.protocol(found) == 44) {
          verdict = add6(m);
        }
      }
      came += verdict == null ? 0 : 1;
      refused += verdict == null || verdict == FragmentVerdict.KEPT || verdict == FragmentVerdict.WHOLE ? 0 : 1;
      if (verdict == FragmentVerdict.WHOLE) {
        whole++;
        ip.on(() -> {
          reassembler.pool().release(reassembler.wholeOffset());
          return true;
        });
      }
      if (i % 1_000 == 0) {
        ip.pass(IpFixture.SECOND_NS);
      }
    }
    assertThat(whole).isPositive();
    assertThat(ip.count("ip.reassembly.fragments")).isEqualTo(came);
    assertThat(ip.count("ip.reassembly.whole")).isEqualTo(whole);
    assertThat(Stream.of("malformed", "incomplete-chain", "duplicate", "overlap", "late", "ecn", "fragment-limit",
        "whole-limit").mapToLong(what -> ip.count("ip.reassembly." + what)).sum()).isEqualTo(refused);
    ip.pass(61 * IpFixture.SECOND_NS);
    assertThat(reassembler.size()).isZero();
    assertThat(reassembler.freeBlocks()).isEqualTo(ReassemblyLimits.DEFAULT.maxBytes() / FragmentStore.BLOCK_BYTES);
  }
}
