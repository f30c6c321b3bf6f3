package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.FlowKey;

class PathMtuCacheTest {
  private static final int LINK = 1_500;
  private static final int MAX = 8;
  private static final IpAddress PEER_4 = IpAddress.parse("192.0.2.1");
  private static final IpAddress PEER_6 = IpAddress.parse("2001:db8::9");

  private final IpFixture ip = new IpFixture();
  private final List<IpAddress> forgotten = new ArrayList<>();
  private final PathMtuCache cache = new PathMtuCache(MAX, ip.counters(), new SplittableRandom(1));
  private final PathMtuLearner learner = cache.learner(ip.worker, (remote, table) -> forgotten.add(remote));
  private final FlowKey key = new FlowKey();

  private static IcmpError tooBig(IpAddress remote, int table, int mtu) {
    IpAddress local = remote.isIp4() ? IpAddress.parse("192.0.2.77") : IpAddress.parse("2001:db8::77");
    return new IcmpError(IcmpError.Kind.PACKET_TOO_BIG, local, remote, 1_000, 80, 42, mtu, table);
  }

  private int learn(IpAddress remote, int table, int mtu) {
    return ip.on(() -> learner.learn(tooBig(remote, table, mtu), LINK));
  }

  private int mtu(IpAddress remote, int table) {
    return cache.mtu(key, remote.high(), remote.low(), table, LINK, ip.nanoTime());
  }

  @Test
  void mtuIsOfItsDestinationAndTable_otherPathsHaveThatOfTheLink() {
    assertThat(learn(PEER_4, 0, 1_400)).isEqualTo(1_400);
    assertThat(mtu(PEER_4, 0)).isEqualTo(1_400);
    assertThat(mtu(PEER_4, 1)).isEqualTo(LINK);
    assertThat(mtu(PEER_6, 0)).isEqualTo(LINK);
    assertThat(cache.mtu(key, PEER_4.high(), PEER_4.low(), 0, 1_300, 0)).isEqualTo(1_300);
  }

  @Test
  void rfc8201_4_smallerThan1280_isDiscarded_rfc1122_3_3_2_ip4EndsAt576() {
    assertThat(learn(PEER_6, 0, 1_279)).isZero();
    assertThat(learn(PEER_6, 0, 0)).isZero();
    assertThat(ip.count("ip.path-mtu.too-small")).isEqualTo(2);
    assertThat(learn(PEER_6, 0, 1_280)).isEqualTo(1_280);
    assertThat(learn(PEER_4, 0, 68)).isEqualTo(576);
    assertThat(learn(PEER_4, 0, 296)).isZero();
  }

  @Test
  void rfc8201_4_mtuNeverGrowsByAMessage() {
    learn(PEER_6, 0, 1_300);
    assertThat(learn(PEER_6, 0, 1_400)).isZero();
    assertThat(learn(PEER_6, 0, 1_300)).isZero();
    assertThat(learn(PEER_6, 1, 1_500)).isZero();
    assertThat(learn(PEER_6, 1, Integer.MAX_VALUE)).isZero();
    assertThat(ip.count("ip.path-mtu.not-smaller")).isEqualTo(4);
    assertThat(mtu(PEER_6, 0)).isEqualTo(1_300);
  }

  @Test
  void messageThatMayBeBelieved_isOneThatTransportsAreAskedAbout() {
    assertThat(ip.on(() -> learner.isSmaller(tooBig(PEER_4, 0, 1_000), LINK))).isTrue();
    assertThat(ip.on(() -> learner.isSmaller(tooBig(PEER_4, 0, LINK), LINK))).isFalse();
    assertThat(ip.on(() -> learner.isSmaller(tooBig(PEER_6, 0, 1_279), LINK))).isFalse();
    assertThat(mtu(PEER_4, 0)).as("nobody has said that it is true").isEqualTo(LINK);
    assertThat(ip.count("ip.path-mtu.told")).isOne();
  }

  @Test
  void rfc8201_5_3_mtuIsForgottenAfterTenMinutes_countedFromWhenItBecameSmaller() {
    learn(PEER_4, 0, 1_400);
    ip.pass(PathMtuCache.AGE_NS / 2);
    learn(PEER_6, 0, 1_400);
    learn(PEER_4, 0, 1_300);
    ip.pass(PathMtuCache.AGE_NS / 2);
    assertThat(mtu(PEER_4, 0)).isEqualTo(1_300);
    assertThat(ip.count("ip.path-mtu.expired")).isZero();
    ip.pass(PathMtuCache.AGE_NS / 2 - 10_000);
    assertThat(mtu(PEER_4, 0)).isEqualTo(1_300);
    ip.pass(1_000_000);
    assertThat(mtu(PEER_4, 0)).isEqualTo(LINK);
    assertThat(mtu(PEER_6, 0)).isEqualTo(LINK);
    assertThat(cache.size()).isZero();
    assertThat(forgotten).containsExactly(PEER_6, PEER_4);
    assertThat(ip.count("ip.path-mtu.expired")).isEqualTo(2);
    // And it can be learned again.
    assertThat(learn(PEER_4, 0, 1_400)).isEqualTo(1_400);
  }

  @Test
  void fullCache_theOldestGivesWay_andIsCounted() {
    for (int i = 0; i <= MAX; i++) {
      assertThat(learn(IpAddress.ofIp4(0xc000_0200L + i), 0, 1_400)).isEqualTo(1_400);
    }
    assertThat(cache.size()).isEqualTo(MAX);
    assertThat(mtu(IpAddress.ofIp4(0xc000_0200L), 0)).isEqualTo(LINK);
    assertThat(mtu(IpAddress.ofIp4(0xc000_0200L + MAX), 0)).isEqualTo(1_400);
    assertThat(ip.count("ip.path-mtu.limit")).isOne();
  }

  @Test
  void anotherWorkersEntriesThatFillTheCache_leaveNoPlace() {
    PathMtuLearner other = cache.learner(ip.worker, (remote, table) -> forgotten.add(remote));
    for (int i = 0; i < MAX; i++) {
      learn(IpAddress.ofIp4(0xc000_0200L + i), 0, 1_400);
    }
    int learned = ip.on(() -> other.learn(tooBig(PEER_6, 0, 1_400), LINK));
    assertThat(learned).isZero();
    assertThat(ip.count("ip.path-mtu.limit")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomMessages_leaveWhatAReferenceHolds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<IpAddress, long[]> reference = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      IpAddress remote = IpAddress.ofIp4(random.nextInt(MAX));
      int mtu = random.nextInt(600, 1_600);
      long[] known = reference.get(remote);
      boolean smaller = mtu < (known == null ? LINK : known[0]);
      // The cache remembers as many messages as it may have entries; that is not what this test is about.
      if (smaller && known == null) {
        assertThat(learn(remote, 0, mtu)).isEqualTo(mtu);
        reference.put(remote, new long[] {mtu, ip.nanoTime()});
      } else if (!smaller) {
        assertThat(learn(remote, 0, mtu)).isZero();
      }
      ip.pass(random.nextInt(60) * IpFixture.SECOND_NS);
      reference.values().removeIf(k -> ip.nanoTime() - k[1] >= PathMtuCache.AGE_NS);
      for (int peer = 0; peer < MAX; peer++) {
        long[] k = reference.get(IpAddress.ofIp4(peer));
        assertThat(mtu(IpAddress.ofIp4(peer), 0)).isEqualTo(k == null ? LINK : (int) k[0]);
      }
      assertThat(cache.size()).isEqualTo(reference.size());
    }
  }
}
