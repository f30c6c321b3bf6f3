package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.sluice.core.ip.NdMessage;
import org.sluice.core.ip.RouterDiscovery;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.NeighborHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/** Messages of neighbour and router discovery with their options, and what a host learns from routers. */
public final class NdFuzzer {
  private static final int LINK_MTU_BYTES = 1500;
  private static final int LEAST_MTU_BYTES = 1280;
  private static final int MOST_ROUTERS = 2;
  private static final int MOST_PREFIXES = 3;
  private static final long STEP_NS = 7 * Bench.SECOND_NS;

  private NdFuzzer() {}

  /**
   * Runs an input: ICMPv6 messages, see {@link Pieces}.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    Bench bench = new Bench();
    Learned learned = new Learned();
    RouterDiscovery discovery = new RouterDiscovery(LINK_MTU_BYTES, MOST_ROUTERS, MOST_PREFIXES, learned, 0,
        bench.counters(), new SplittableRandom(1));
    discovery.start(0);
    long[] nowNs = {0};
    Pieces.forEach(input, m -> {
      message(m);
      nowNs[0] += STEP_NS;
      discovery.onTime(nowNs[0]);
      discovery.onAdvertisement(m, 0, (int) m.byteSize(), NdMessage.HOP_LIMIT, Packets.LINK_PEER.high(),
          Packets.LINK_PEER.low() + m.byteSize() % (MOST_ROUTERS + 1), nowNs[0]);
      Check.that(discovery.nextNs() - nowNs[0] > 0 || discovery.nextNs() == RouterDiscovery.NEVER
          || isDue(discovery, nowNs[0]), "what is due is done");
      learned.check();
    });
    discovery.stop();
    learned.requireNothingLeft();
  }

  private static boolean isDue(RouterDiscovery discovery, long nowNs) {
    discovery.onTime(nowNs);
    return discovery.nextNs() == RouterDiscovery.NEVER || discovery.nextNs() - nowNs > 0;
  }

  private static void message(MemorySegment m) {
    int length = (int) m.byteSize();
    if (NeighborHeader.validate(m, 0, length) > 0) {
      long found = NeighborHeader.linkOption(m, 0, length, NeighborHeader.SOURCE_LINK_OPTION);
      Check.that(found >= NeighborHeader.BAD_OPTIONS && found <= 0xffff_ffff_ffffL, "an address has 48 bits");
    }
    if (!NdMessage.validate(m, 0, length, NdMessage.HOP_LIMIT)) {
      return;
    }
    for (int type = 0; type <= 0xff; type++) {
      long option = NdMessage.option(m, 0, length, type, NdMessage.NONE);
      for (int count = 0; option != NdMessage.NONE; count++) {
        Check.that(count < NdMessage.MAX_OPTIONS, "options come to an end");
        Check.that(option + NdMessage.optionLength(m, option) <= length, "an option is within the message");
        option = NdMessage.option(m, 0, length, type, option);
      }
    }
    if (IcmpHeader.type(m, 0) >= IcmpHeader.NEIGHBOR_SOLICITATION_6) {
      Check.that(NeighborHeader.validate(m, 0, length) > 0, "a valid message has a whole header");
      NdMessage.nonce(m, 0, length);
    }
  }

  /** What was told, and never told twice. */
  private static final class Learned implements RouterDiscovery.Listener {
    private final Set<IpAddress> routers = new HashSet<>();
    private final Set<IpPrefix> prefixes = new HashSet<>();
    private final Set<IpPrefix> addresses = new HashSet<>();

    void check() {
      Check.that(routers.size() <= MOST_ROUTERS, "no more routers than may be");
      Check.that(prefixes.size() <= MOST_PREFIXES, "no more prefixes than may be");
      Check.that(addresses.size() <= MOST_PREFIXES, "no more addresses than prefixes");
    }

    void requireNothingLeft() {
      Check.that(routers.isEmpty() && prefixes.isEmpty() && addresses.isEmpty(), "what was learned is withdrawn");
    }

    @Override
    public void onSolicit() {
      // Always allowed.
    }

    @Override
    public void onRouter(IpAddress router) {
      Check.that(routers.add(router), "a router comes once");
    }

    @Override
    public void onRouterGone(IpAddress router) {
      Check.that(routers.remove(router), "only who came goes");
    }

    @Override
    public void onPrefix(IpPrefix prefix) {
      Check.that(prefixes.add(prefix), "a prefix comes once");
    }

    @Override
    public void onPrefixGone(IpPrefix prefix) {
      Check.that(prefixes.remove(prefix), "only what came goes");
    }

    @Override
    public long interfaceIdentifier(IpPrefix prefix) {
      return 1;
    }

    @Override
    public void onAddress(IpPrefix address, boolean preferred) {
      Check.that(addresses.add(address), "an address comes once");
    }

    @Override
    public void onAddressPreferred(IpPrefix address, boolean preferred) {
      Check.that(addresses.contains(address), "an address that is there is preferred or not");
    }

    @Override
    public void onAddressGone(IpPrefix address) {
      Check.that(addresses.remove(address), "only what came goes");
    }

    @Override
    public void onMtu(int bytes) {
      Check.that(bytes >= LEAST_MTU_BYTES && bytes <= LINK_MTU_BYTES, "an MTU is one that the link can have");
    }

    @Override
    public void onHopLimit(int hopLimit) {
      Check.that(hopLimit >= 0 && hopLimit <= 0xff, "a hop limit that a packet can have, or none");
    }
  }
}
