package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

class RouterDiscoveryTest {
  private static final long S = IpFixture.SECOND_NS;
  private static final long INFINITE = 0xffff_ffffL;
  private static final int L = 0x80;
  private static final int A = 0x40;
  private static final IpPrefix NET = IpPrefix.parse("2001:db8:1::/64");

  private final IpFixture ip = new IpFixture();
  private final List<String> log = new ArrayList<>();
  private final RouterDiscovery discovery =
      new RouterDiscovery(1_500, 2, 3, new Log(), 0, ip.counters(), new SplittableRandom(4));
  private long now = 5 * S;

  private final class Log implements RouterDiscovery.Listener {
    @Override
    public void onSolicit() {
      log.add("solicit");
    }

    @Override
    public void onRouter(IpAddress router) {
      log.add("+router " + router);
    }

    @Override
    public void onRouterGone(IpAddress router) {
      log.add("-router " + router);
    }

    @Override
    public void onPrefix(IpPrefix prefix) {
      log.add("+link " + prefix);
    }

    @Override
    public void onPrefixGone(IpPrefix prefix) {
      log.add("-link " + prefix);
    }

    @Override
    public long interfaceIdentifier(IpPrefix prefix) {
      return 0xabcd;
    }

    @Override
    public void onAddress(IpPrefix address, boolean preferred) {
      log.add("+address " + address + (preferred ? "" : " deprecated"));
    }

    @Override
    public void onAddressPreferred(IpPrefix address, boolean preferred) {
      log.add(address + (preferred ? " preferred" : " deprecated"));
    }

    @Override
    public void onAddressGone(IpPrefix address) {
      log.add("-address " + address);
    }

    @Override
    public void onMtu(int bytes) {
      log.add("mtu " + bytes);
    }

    @Override
    public void onHopLimit(int hopLimit) {
      if (hopLimit != 0) {
        log.add("hops " + hopLimit);
      }
    }
  }

  private static MemorySegment advertisement(int lifetime, byte[]... options) {
    int length = 16;
    for (byte[] option : options) {
      length += option.length;
    }
    MemorySegment m = MemorySegment.ofArray(new byte[length]);
    IcmpHeader.write(m, 0, IcmpHeader.ROUTER_ADVERTISEMENT_6, 0, lifetime);
    int at = 16;
    for (byte[] option : options) {
      MemorySegment.copy(MemorySegment.ofArray(option), 0, m, at, option.length);
      at += option.length;
    }
    return m;
  }

  private static byte[] prefix(IpPrefix prefix, int flags, long valid, long preferred) {
    byte[] option = new byte[32];
    MemorySegment m = MemorySegment.ofArray(option);
    Wire.put8(m, 0, NdMessage.PREFIX);
    Wire.put8(m, 1, 4);
    Wire.put8(m, 2, prefix.length());
    Wire.put8(m, 3, flags);
    Wire.put64(m, 4, valid << 32 | preferred);
    Wire.put64(m, 16, prefix.address().high());
    Wire.put64(m, 24, prefix.address().low());
    return option;
  }

  private static byte[] mtu(int bytes) {
    byte[] option = new byte[8];
    option[0] = NdMessage.MTU;
    option[1] = 1;
    Wire.put16(MemorySegment.ofArray(option), 6, bytes);
    return option;
  }

  private boolean receive(MemorySegment m) {
    return receive(m, 1);
  }

  private boolean receive(MemorySegment m, long router) {
    return discovery.onAdvertisement(m, 0, (int) m.byteSize(), 255, Addresses.LINK_LOCAL_HIGH, router, now);
  }

  private List<String> told() {
    List<String> copy = List.copyOf(log);
    log.clear();
    return copy;
  }

  /** Runs what is due until a time has passed. */
  private List<String> pass(long ns) {
    long end = now + ns;
    while (discovery.nextNs() != RouterDiscovery.NEVER && discovery.nextNs() - end <= 0) {
      now = Math.max(now, discovery.nextNs());
      discovery.onTime(now);
    }
    now = end;
    return told();
  }

  @Test
  void rfc4861_6_3_7_firstSolicitationWithinASecond_rfc7559_waitsDoubleToAnHour() {
    discovery.start(now);
    assertThat(discovery.nextNs() - now).isBetween(0L, S);
    now = discovery.nextNs();
    discovery.onTime(now);
    double wait = 4;
    for (int i = 0; i < 20; i++) {
      double seconds = (discovery.nextNs() - now) / 1e9;
      assertThat(seconds).isBetween(i == 0 ? 3.6 : wait * 1.9 > 3_600 ? 3_240 : wait * 1.9, 3_960.0);
      assertThat(seconds).isLessThanOrEqualTo(i == 0 ? 4.4 : Math.max(wait * 2.1, 4));
      wait = seconds;
      now = discovery.nextNs();
      discovery.onTime(now);
    }
    assertThat(told()).hasSize(21).containsOnly("solicit");
  }

  @Test
  void rfc4861_6_3_7_solicitationsEndWithARouter_butOneIsSentInAnyCase() {
    discovery.start(now);
    receive(advertisement(0));
    receive(advertisement(1_800));
    assertThat(pass(60 * S)).containsExactly("+router fe80::1", "solicit");
    assertThat(discovery.nextNs()).isGreaterThan(now + 1_000 * S);
  }

  @Test
  void rfc4861_6_3_7_advertisementOfNoDefaultRouter_doesNotEndSolicitations() {
    discovery.start(now);
    assertThat(pass(S)).containsExactly("solicit");
    receive(advertisement(0));
    assertThat(pass(10 * S)).contains("solicit");
    receive(advertisement(1_800));
    assertThat(pass(1_000 * S)).containsExactly("+router fe80::1");
  }

  @Test
  void rfc4861_6_1_2_invalidAdvertisements_areCounted_andChangeNothing() {
    MemorySegment good = advertisement(1_800, mtu(1_400));
    int length = (int) good.byteSize();
    assertThat(discovery.onAdvertisement(good, 0, length, 254, Addresses.LINK_LOCAL_HIGH, 1, now)).isFalse();
    assertThat(discovery.onAdvertisement(good, 0, length, 255, IpFixture.NET_6, 1, now)).isFalse();
    assertThat(discovery.onAdvertisement(good, 0, 15, 255, Addresses.LINK_LOCAL_HIGH, 1, now)).isFalse();
    assertThat(discovery.onAdvertisement(good, 0, length - 1, 255, Addresses.LINK_LOCAL_HIGH, 1, now)).isFalse();
    MemorySegment emptyOption = advertisement(1_800, mtu(1_400), new byte[8]);
    assertThat(receive(emptyOption)).isFalse();
    Wire.put8(good, 1, 1);
    assertThat(receive(good)).isFalse();
    Wire.put8(good, 1, 0);
    Wire.put8(good, 0, IcmpHeader.ROUTER_SOLICITATION_6);
    assertThat(receive(good)).isFalse();
    assertThat(told()).isEmpty();
    assertThat(ip.count("ip.nd.bad-advertisement")).isEqualTo(7);
  }

  @Test
  void moreOptionsThanMayBe_areInvalid() {
    byte[] options = new byte[8 * (NdMessage.MAX_OPTIONS + 1)];
    for (int i = 0; i < options.length; i += 8) {
      options[i + 1] = 1;
    }
    assertThat(receive(advertisement(0, options))).isFalse();
    assertThat(receive(advertisement(0, Arrays.copyOf(options, options.length - 8)))).isTrue();
  }

  @Test
  void rfc4861_6_3_4_defaultRoutersLiveAsLongAsTheySay() {
    receive(advertisement(100), 1);
    receive(advertisement(50), 2);
    receive(advertisement(100), 3);
    assertThat(told()).containsExactly("+router fe80::1", "+router fe80::2");
    assertThat(ip.count("ip.nd.router-limit")).isOne();
    assertThat(pass(49 * S)).isEmpty();
    assertThat(pass(S)).containsExactly("-router fe80::2");
    receive(advertisement(100), 1);
    assertThat(pass(99 * S)).isEmpty();
    receive(advertisement(0), 1);
    receive(advertisement(0), 9);
    assertThat(told()).containsExactly("-router fe80::1");
  }

  @Test
  void rfc4861_6_3_4_hopLimitAndMtu_withinTheirBounds() {
    MemorySegment m = advertisement(0, mtu(1_400));
    Wire.put8(m, 4, 61);
    Wire.put16(m, 10, 3_000);
    Wire.put16(m, 14, 500);
    receive(m);
    assertThat(told()).containsExactly("hops 61", "mtu 1400");
    receive(advertisement(0, mtu(1_400)));
    receive(advertisement(0, mtu(1_279)));
    receive(advertisement(0, mtu(1_501)));
    assertThat(told()).isEmpty();
    discovery.stop();
    assertThat(told()).containsExactly("mtu 1500");
  }

  @Test
  void rfc4861_6_3_4_onLinkPrefixes_comeAndGoByTheirLifetime() {
    IpPrefix longer = IpPrefix.parse("2001:db8:2::/80");
    receive(advertisement(0, prefix(NET, L, 10, 10), prefix(longer, L, INFINITE, INFINITE)));
    assertThat(told()).containsExactly("+link " + NET, "+link " + longer);
    receive(advertisement(0, prefix(NET, L, 20, 20)));
    assertThat(pass(19 * S)).isEmpty();
    assertThat(pass(S)).containsExactly("-link " + NET);
    assertThat(discovery.nextNs()).isEqualTo(RouterDiscovery.NEVER);
    receive(advertisement(0, prefix(longer, L, 0, 0), prefix(NET, L, 0, 0)));
    assertThat(told()).containsExactly("-link " + longer);
  }

  @Test
  void prefixesThatNoLinkHas_areIgnored() {
    receive(advertisement(0, prefix(IpPrefix.parse("fe80::/64"), L | A, 9, 9),
        prefix(IpPrefix.parse("ff02::/64"), L | A, 9, 9), prefix(NET, 0, 9, 9)));
    byte[] tooLong = prefix(NET, L | A, 9, 9);
    tooLong[2] = (byte) 129;
    receive(advertisement(0, tooLong));
    assertThat(told()).isEmpty();
    for (int i = 1; i <= 4; i++) {
      receive(advertisement(0, prefix(new IpPrefix(new IpAddress(IpFixture.NET_6 | i, 0), 64), L, 9, 9)));
    }
    assertThat(told()).hasSize(3);
    assertThat(ip.count("ip.nd.prefix-limit")).isOne();
  }

  @Test
  void rfc4862_5_5_addressIsMade_deprecated_andGoes() {
    receive(advertisement(0, prefix(NET, A, 100, 50)));
    assertThat(told()).containsExactly("+address 2001:db8:1::abcd/64");
    assertThat(pass(50 * S)).containsExactly("2001:db8:1::abcd/64 deprecated");
    receive(advertisement(0, prefix(NET, A, 100, 50)));
    assertThat(told()).containsExactly("2001:db8:1::abcd/64 preferred");
    assertThat(pass(100 * S)).containsExactly("2001:db8:1::abcd/64 deprecated", "-address 2001:db8:1::abcd/64");
    assertThat(discovery.nextNs()).isEqualTo(RouterDiscovery.NEVER);
  }

  @Test
  void rfc4862_5_5_3_cAndD_preferredBeyondValid_andOtherLengths_makeNoAddress() {
    receive(advertisement(0, prefix(NET, A, 50, 51), prefix(IpPrefix.parse("2001:db8::/56"), A, 9, 9)));
    assertThat(told()).isEmpty();
    assertThat(discovery.nextNs()).isEqualTo(RouterDiscovery.NEVER);
  }

  @ParameterizedTest
  @CsvSource({
    // remaining, told, then
    "10000, 8000, 8000", "10000, 60, 7200", "10000, 0, 7200", "5000, 60, 5000", "5000, 6000, 6000", "60, 10000, 10000"
  })
  void rfc4862_5_5_3_e_lifeIsNotShortenedBelowTwoHours(long remaining, long told, long then) {
    receive(advertisement(0, prefix(NET, A, remaining, 0)));
    assertThat(told()).containsExactly("+address 2001:db8:1::abcd/64 deprecated");
    receive(advertisement(0, prefix(NET, A, told, 0)));
    assertThat(pass(then * S - 1)).isEmpty();
    assertThat(pass(1)).containsExactly("-address 2001:db8:1::abcd/64");
  }

  @Test
  void stop_withdrawsEverything() {
    discovery.start(now);
    receive(advertisement(1_800, prefix(NET, L | A, 100, 50)));
    log.clear();
    discovery.stop();
    assertThat(told()).containsExactly("-router fe80::1", "-link " + NET, "-address 2001:db8:1::abcd/64");
    assertThat(discovery.nextNs()).isEqualTo(RouterDiscovery.NEVER);
  }

  @Test
  void randomBytes_neverThrow_andWhatIsToldStaysBounded() {
    SplittableRandom random = new SplittableRandom(8);
    int valid = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(0, 20) * 8];
      random.nextBytes(bytes);
      if (bytes.length >= 16) {
        bytes[0] = (byte) IcmpHeader.ROUTER_ADVERTISEMENT_6;
        bytes[1] = 0;
        for (int at = 16; at + 8 <= bytes.length && random.nextInt(8) != 0; at += bytes[at + 1] * 8) {
          bytes[at] = (byte) random.nextInt(1, 6);
          boolean prefix = bytes[at] == NdMessage.PREFIX && at + 32 <= bytes.length;
          bytes[at + 1] = (byte) (prefix ? 4 : 1);
          if (prefix) {
            // Lives of half an hour at most make room for others.
            bytes[at + 2] = random.nextBoolean() ? 64 : bytes[at + 2];
            Arrays.fill(bytes, at + 4, at + 6, (byte) 0);
            Arrays.fill(bytes, at + 8, at + 10, (byte) 0);
            bytes[at + 6] &= 7;
            bytes[at + 10] &= 7;
          }
        }
      }
      valid += receive(MemorySegment.ofArray(bytes), random.nextInt(5)) ? 1 : 0;
      if (i % 10 == 0) {
        now += random.nextInt(100) * S;
        discovery.onTime(now);
      }
      log.removeIf(line -> line.startsWith("hops"));
    }
    assertThat(valid).isPositive();
    assertThat(ip.count("ip.nd.bad-advertisement")).isEqualTo(20_000 - valid);
    discovery.stop();
    assertThat(mostAtOnce("router")).isEqualTo(2);
    assertThat(mostAtOnce("link")).isEqualTo(3);
    assertThat(mostAtOnce("address")).isBetween(1, 3);
  }

  /** How many of a kind there were at a time; in the end there is none. */
  private int mostAtOnce(String what) {
    Set<String> present = new HashSet<>();
    int most = 0;
    for (String line : log) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("+" + what)) {
        assertThat(present.add(words[1])).as(line).isTrue();
      } else if (words[0].equals("-" + what)) {
        assertThat(present.remove(words[1])).as(line).isTrue();
      }
      most = Math.max(most, present.size());
    }
    assertThat(present).as(what).isEmpty();
    return most;
  }
}
