package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * What a host learns from the routers of one link (RFC 4861 section 6.3, RFC 4862 section 5.5): default routers,
 * prefixes, addresses, and parameters of the link. A state machine without clock, timer or socket: it is given time and
 * messages, and tells its listener what to do. Belongs to one context.
 */
public final class RouterDiscovery {
  /** No deadline. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long INFINITE_SECONDS = 0xffff_ffffL;
  /** RFC 4862 section 5.5.3 (e): nobody shortens an address's life below that by a forged message. */
  private static final long TWO_HOURS_NS = 7_200 * SECOND_NS;
  private static final int LEAST_MTU = 1280;
  private static final int PREFIX_OPTION_BYTES = 32;
  private static final int MTU_OPTION_BYTES = 8;
  private static final int ON_LINK = 0x80;
  private static final int AUTONOMOUS = 0x40;
  private static final int IDENTIFIER_BITS = 64;

  private final int linkMtuBytes;
  private final int maxRouters;
  private final int maxPrefixes;
  private final Listener listener;
  private final int worker;
  private final Counter malformed;
  private final Counter routerLimit;
  private final Counter prefixLimit;
  private final RouterSolicitations solicitations;
  private final List<Router> routers = new ArrayList<>();
  private final List<Prefix> prefixes = new ArrayList<>();
  private int mtuBytes;
  private long nowNs;

  private static final class Router {
    private final IpAddress address;
    private long untilNs;

    private Router(IpAddress address) {
      this.address = address;
    }
  }

  private static final class Prefix {
    private final IpPrefix prefix;
    private boolean onLink;
    private long onLinkUntilNs = NEVER;
    private @Nullable IpPrefix address;
    private boolean preferred;
    private long validUntilNs = NEVER;
    private long preferredUntilNs = NEVER;

    private Prefix(IpPrefix prefix) {
      this.prefix = prefix;
    }
  }

  /**
   * Makes one that knows nothing and asks nobody.
   *
   * @param linkMtuBytes the MTU of the card; routers can only make it smaller
   * @param maxRouters default routers at a time, those over it are ignored (counted)
   * @param maxPrefixes prefixes at a time, those over it are ignored (counted)
   * @param listener what is told
   * @param worker who counts
   * @param counters the stack's scope
   * @param random spreads solicitations
   */
  public RouterDiscovery(int linkMtuBytes, int maxRouters, int maxPrefixes, Listener listener, int worker,
      Counters counters, RandomGenerator random) {
    this.linkMtuBytes = linkMtuBytes;
    this.maxRouters = maxRouters;
    this.maxPrefixes = maxPrefixes;
    this.listener = listener;
    this.worker = worker;
    mtuBytes = linkMtuBytes;
    solicitations = new RouterSolicitations(random);
    malformed = counters.counter("ip.nd.bad-advertisement", "Router advertisements that no router may send");
    routerLimit = counters.counter("ip.nd.router-limit", "Default routers ignored because there are as many as may be");
    prefixLimit = counters.counter("ip.nd.prefix-limit", "Prefixes ignored because there are as many as may be");
  }

  /**
   * Begins to ask for routers: the link has come up.
   *
   * @param now the time
   */
  public void start(long now) {
    nowNs = now;
    solicitations.start(now);
  }

  /** Forgets everything and withdraws it: the link has gone. */
  public void stop() {
    solicitations.stop();
    routers.forEach(router -> listener.onRouterGone(router.address));
    routers.clear();
    prefixes.forEach(this::withdraw);
    prefixes.clear();
    if (mtuBytes != linkMtuBytes) {
      mtuBytes = linkMtuBytes;
      listener.onMtu(linkMtuBytes);
    }
  }

  private void withdraw(Prefix prefix) {
    if (prefix.onLink) {
      listener.onPrefixGone(prefix.prefix);
    }
    if (prefix.address != null) {
      listener.onAddressGone(prefix.address);
    }
  }

  // ---- Time.

  /**
   * When {@link #onTime} is to be called next.
   *
   * @return the time, or {@link #NEVER}
   */
  public long nextNs() {
    long next = solicitations.nextNs();
    for (Router router : routers) {
      next = sooner(next, router.untilNs);
    }
    for (Prefix prefix : prefixes) {
      next = sooner(sooner(next, prefix.onLinkUntilNs), sooner(prefix.validUntilNs, prefix.preferredUntilNs));
    }
    return next;
  }

  private long sooner(long a, long b) {
    return a == NEVER || b != NEVER && b - nowNs < a - nowNs ? b : a;
  }

  private boolean isOver(long untilNs) {
    return untilNs != NEVER && untilNs - nowNs <= 0;
  }

  /**
   * Does what is due.
   *
   * @param now the time
   */
  public void onTime(long now) {
    nowNs = now;
    if (solicitations.isDue(now)) {
      listener.onSolicit();
    }
    routers.removeIf(router -> {
      boolean over = isOver(router.untilNs);
      if (over) {
        listener.onRouterGone(router.address);
      }
      return over;
    });
    prefixes.forEach(this::age);
    prefixes.removeIf(RouterDiscovery::isEmpty);
  }

  private void age(Prefix prefix) {
    if (isOver(prefix.onLinkUntilNs)) {
      endOnLink(prefix);
    }
    if (isOver(prefix.validUntilNs)) {
      endAddress(prefix);
    } else if (isOver(prefix.preferredUntilNs)) {
      prefer(prefix, false);
      prefix.preferredUntilNs = NEVER;
    }
  }

  private static boolean isEmpty(Prefix prefix) {
    return !prefix.onLink && prefix.address == null;
  }

  private void endOnLink(Prefix prefix) {
    prefix.onLinkUntilNs = NEVER;
    if (prefix.onLink) {
      prefix.onLink = false;
      listener.onPrefixGone(prefix.prefix);
    }
  }

  private void endAddress(Prefix prefix) {
    prefix.validUntilNs = NEVER;
    prefix.preferredUntilNs = NEVER;
    IpPrefix address = prefix.address;
    if (address != null) {
      prefix.address = null;
      listener.onAddressGone(address);
    }
  }

  private void prefer(Prefix prefix, boolean preferred) {
    if (prefix.address != null && prefix.preferred != preferred) {
      prefix.preferred = preferred;
      listener.onAddressPreferred(prefix.address, preferred);
    }
  }

  // ---- Messages.

  /**
   * Takes a router advertisement whose checksum was right.
   *
   * @param m where it is
   * @param icmp its first byte
   * @param lengthBytes of the message
   * @param hopLimit of its packet
   * @param sourceHigh the sender, first half
   * @param sourceLow the sender, second half
   * @param now the time
   * @return whether it was valid (RFC 4861 section 6.1.2); if not, it was counted and changed nothing
   */
  public boolean onAdvertisement(MemorySegment m, long icmp, int lengthBytes, int hopLimit, long sourceHigh,
      long sourceLow, long now) {
    nowNs = now;
    if (!NdMessage.validate(m, icmp, lengthBytes, hopLimit)
        || IcmpHeader.type(m, icmp) != IcmpHeader.ROUTER_ADVERTISEMENT_6 || !Addresses.isLinkLocal6(sourceHigh)) {
      malformed.increment(worker);
      return false;
    }
    int routerSeconds = Wire.u16(m, icmp + 6);
    if (routerSeconds > 0) {
      solicitations.onRouter();
    }
    onRouter(new IpAddress(sourceHigh, sourceLow), routerSeconds);
    listener.onHopLimit(Wire.u8(m, icmp + 4));
    long option = NdMessage.option(m, icmp, lengthBytes, NdMessage.MTU, NdMessage.NONE);
    if (option != NdMessage.NONE && NdMessage.optionLength(m, option) == MTU_OPTION_BYTES) {
      onMtu(Wire.u32(m, option + 4));
    }
    option = NdMessage.option(m, icmp, lengthBytes, NdMessage.PREFIX, NdMessage.NONE);
    while (option != NdMessage.NONE) {
      if (NdMessage.optionLength(m, option) == PREFIX_OPTION_BYTES) {
        onPrefix(m, option);
      }
      option = NdMessage.option(m, icmp, lengthBytes, NdMessage.PREFIX, option);
    }
    return true;
  }

  private void onRouter(IpAddress address, int seconds) {
    Router known = null;
    for (Router router : routers) {
      known = router.address.equals(address) ? router : known;
    }
    if (seconds == 0) {
      if (known != null) {
        routers.remove(known);
        listener.onRouterGone(address);
      }
      return;
    }
    if (known == null) {
      if (routers.size() == maxRouters) {
        routerLimit.increment(worker);
        return;
      }
      known = new Router(address);
      routers.add(known);
      listener.onRouter(address);
    }
    known.untilNs = nowNs + seconds * SECOND_NS;
  }

  private void onMtu(long told) {
    // RFC 4861 section 6.3.4: what lies outside these bounds is ignored.
    if (told >= LEAST_MTU && told <= linkMtuBytes && told != mtuBytes) {
      mtuBytes = (int) told;
      listener.onMtu(mtuBytes);
    }
  }

  private void onPrefix(MemorySegment m, long option) {
    int length = Wire.u8(m, option + 2);
    int flags = Wire.u8(m, option + 3);
    long valid = Wire.u32(m, option + 4);
    long preferred = Wire.u32(m, option + 8);
    IpAddress address = new IpAddress(Wire.i64(m, option + 16), Wire.i64(m, option + 24));
    if (length > 2 * Long.SIZE || address.isIp4() || Addresses.isLinkLocal6(address.high())
        || Addresses.isMulticast(address.high(), address.low())) {
      return;
    }
    IpPrefix masked = new IpPrefix(address, length).mask();
    Prefix known = find(masked);
    if (known == null) {
      if (valid == 0 || (flags & (ON_LINK | AUTONOMOUS)) == 0) {
        return;
      }
      if (prefixes.size() == maxPrefixes) {
        prefixLimit.increment(worker);
        return;
      }
      known = new Prefix(masked);
      prefixes.add(known);
    }
    if ((flags & ON_LINK) != 0) {
      onLink(known, valid);
    }
    if ((flags & AUTONOMOUS) != 0 && preferred <= valid) {
      onAutonomous(known, valid, preferred);
    }
    prefixes.removeIf(RouterDiscovery::isEmpty);
  }

  private @Nullable Prefix find(IpPrefix masked) {
    for (Prefix prefix : prefixes) {
      if (prefix.prefix.equals(masked)) {
        return prefix;
      }
    }
    return null;
  }

  private void onLink(Prefix prefix, long validSeconds) {
    if (validSeconds == 0) {
      endOnLink(prefix);
      return;
    }
    prefix.onLinkUntilNs = until(validSeconds);
    if (!prefix.onLink) {
      prefix.onLink = true;
      listener.onPrefix(prefix.prefix);
    }
  }

  /** RFC 4862 section 5.5.3 (d) and (e). */
  private void onAutonomous(Prefix prefix, long validSeconds, long preferredSeconds) {
    if (prefix.address == null) {
      if (validSeconds == 0 || prefix.prefix.length() != 2 * Long.SIZE - IDENTIFIER_BITS) {
        return;
      }
      IpAddress made = new IpAddress(prefix.prefix.address().high(), listener.interfaceIdentifier(prefix.prefix));
      prefix.address = new IpPrefix(made, prefix.prefix.length());
      prefix.preferred = preferredSeconds > 0;
      prefix.validUntilNs = until(validSeconds);
      listener.onAddress(prefix.address, prefix.preferred);
    } else {
      long remainingNs = prefix.validUntilNs == NEVER ? NEVER : prefix.validUntilNs - nowNs;
      long toldNs = validSeconds == INFINITE_SECONDS ? NEVER : validSeconds * SECOND_NS;
      if (toldNs > TWO_HOURS_NS || toldNs > remainingNs) {
        prefix.validUntilNs = until(validSeconds);
      } else if (remainingNs > TWO_HOURS_NS) {
        prefix.validUntilNs = nowNs + TWO_HOURS_NS;
      }
      prefer(prefix, preferredSeconds > 0);
    }
    prefix.preferredUntilNs = preferredSeconds == 0 ? NEVER : until(preferredSeconds);
  }

  private long until(long seconds) {
    return seconds == INFINITE_SECONDS ? NEVER : nowNs + seconds * SECOND_NS;
  }

  /** What a link's routers make of a host. Called within calls of {@link RouterDiscovery}, in its context. */
  public interface Listener {
    /** A router solicitation is to be sent to all routers. */
    void onSolicit();

    /**
     * A default router has come.
     *
     * @param router its link-local address
     */
    void onRouter(IpAddress router);

    /**
     * A default router has gone.
     *
     * @param router its link-local address
     */
    void onRouterGone(IpAddress router);

    /**
     * A prefix is on the link.
     *
     * @param prefix the prefix
     */
    void onPrefix(IpPrefix prefix);

    /**
     * A prefix is not on the link any more.
     *
     * @param prefix the prefix
     */
    void onPrefixGone(IpPrefix prefix);

    /**
     * What makes an address of a prefix of 64 bits (RFC 4291 section 2.5.1, RFC 7217).
     *
     * @param prefix the prefix
     * @return the lower half of the address
     */
    long interfaceIdentifier(IpPrefix prefix);

    /**
     * An address is the host's, if nobody else has it.
     *
     * @param address the address, with the length of its prefix
     * @param preferred whether new connections may use it
     */
    void onAddress(IpPrefix address, boolean preferred);

    /**
     * New connections may, or may not any more, use an address.
     *
     * @param address the address
     * @param preferred whether they may
     */
    void onAddressPreferred(IpPrefix address, boolean preferred);

    /**
     * An address is not the host's any more.
     *
     * @param address the address
     */
    void onAddressGone(IpPrefix address);

    /**
     * The MTU of the link for IPv6 has changed.
     *
     * @param bytes 1280 to the card's MTU
     */
    void onMtu(int bytes);

    /**
     * What a router says of packets to send. Told with every advertisement.
     *
     * @param hopLimit for IPv6 packets; 0 when it says nothing
     */
    void onHopLimit(int hopLimit);
  }
}
