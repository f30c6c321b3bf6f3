package org.sluice.core.ip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

/**
 * The claims of one interface to its addresses. IPv6 addresses are asked for before they are used (RFC 4862 section
 * 5.4), IPv4 ones if so configured; IPv4 ones are announced when they come into use, and defended when another station
 * claims one, both as in RFC 5227. Worker 0.
 */
final class AddressClaims implements DuplicateAddressDetection.Listener {
  private static final long SECOND_NS = 1_000_000_000L;

  // RFC 5227 section 1.1.
  private static final int ANNOUNCEMENTS = 2;
  private static final long ANNOUNCE_INTERVAL_NS = 2 * SECOND_NS;
  private static final long PROBE_INTERVAL_NS = 2 * SECOND_NS;
  private static final long DEFEND_INTERVAL_NS = 10 * SECOND_NS;

  /** Strangers cause the lines on addresses: one of a kind in this time is enough to look for them. */
  private static final long LOG_INTERVAL_NS = 60 * SECOND_NS;

  // RFC 4861 section 10: RetransTimer.
  private static final long SOLICIT_INTERVAL_NS = SECOND_NS;

  private final Logger log;
  private final int interfaceIndex;
  private final Worker worker;
  private final NetworkPlane plane;
  private final IpCounters counters;
  private final IntFunction<@Nullable Port> ports;
  private final DuplicateAddressDetection asking6;
  private final DuplicateAddressDetection asking4;
  private final ArpMessages arp = new ArpMessages();
  private final NdMessages nd = new NdMessages();
  private final List<Announcement> announcements = new ArrayList<>();
  private final Map<IpAddress, Long> conflictsNs = new HashMap<>();
  private final Timer timer;
  private List<IpPrefix> announced = List.of();
  private long conflictsQuietUntilNs = Long.MIN_VALUE;
  private long duplicatesQuietUntilNs = Long.MIN_VALUE;

  private static final class Announcement {
    private final IpAddress address;
    private int left = ANNOUNCEMENTS;
    private long nextNs;

    private Announcement(IpAddress address, long nextNs) {
      this.address = address;
      this.nextNs = nextNs;
    }
  }

  AddressClaims(int interfaceIndex, Worker worker, NetworkPlane plane, LinkShared shared, RandomGenerator random) {
    this(interfaceIndex, worker, plane, shared, random, LoggerFactory.getLogger(AddressClaims.class));
  }

  AddressClaims(int interfaceIndex, Worker worker, NetworkPlane plane, LinkShared shared, RandomGenerator random,
      Logger log) {
    this.log = log;
    this.interfaceIndex = interfaceIndex;
    this.worker = worker;
    this.plane = plane;
    counters = shared.counters();
    ports = shared.ports();
    LinkLimits limits = shared.limits();
    asking6 = new DuplicateAddressDetection(
        limits.probes6(), SOLICIT_INTERVAL_NS, limits.maxTentative(), this, worker.index(), shared.scope(), random);
    asking4 = new DuplicateAddressDetection(
        limits.probes4(), PROBE_INTERVAL_NS, limits.maxTentative(), this, worker.index(), shared.scope(), random);
    timer = worker.newTimer(this::onTime);
  }

  private DuplicateAddressDetection asking(boolean ip4) {
    return ip4 ? asking4 : asking6;
  }

  // ---- Addresses that come and go.

  boolean start(IpAddress address) {
    boolean begun = asking(address.isIp4()).start(address, worker.nowNs());
    schedule();
    return begun;
  }

  void cancel(IpAddress address) {
    asking(address.isIp4()).cancel(address);
    schedule();
  }

  /** Announces what has come into use. */
  void follow(NetInterface one) {
    if (one.addresses().equals(announced)) {
      return;
    }
    for (IpPrefix address : one.addresses()) {
      if (address.isIp4() && !announced.contains(address)) {
        announcements.add(new Announcement(address.address(), worker.nowNs()));
      }
    }
    announced = one.addresses();
    announcements.removeIf(old -> !one.has(old.address.high(), old.address.low()));
    conflictsNs.keySet().removeIf(address -> !one.has(address.high(), address.low()));
    onTime(worker.nowNs());
  }

  /** The interface is gone. */
  void close() {
    timer.cancel();
  }

  // ---- What stations of the link say.

  /** Somebody asks whether an address is free. */
  void asked(long high, long low, long nonce) {
    var _ = asking6.onSolicitation(high, low, true, nonce);
    schedule();
  }

  /** Somebody says that an address is his, or wants an IPv4 one that is being asked for. */
  void claimed(Port port, long high, long low, long mac) {
    boolean ip4 = IpAddress.isIp4(high, low);
    if (!asking(ip4).onAdvertisement(high, low) && port.about().has(high, low)) {
      defend(port, new IpAddress(high, low), mac);
    }
    schedule();
  }

  /** Not more often than the interval: two hosts that defend themselves would go on for ever. */
  private void defend(Port port, IpAddress address, long mac) {
    long nowNs = worker.nowNs();
    Long last = conflictsNs.get(address);
    if (last != null && nowNs - last < DEFEND_INTERVAL_NS) {
      return;
    }
    conflictsNs.put(address, nowNs);
    if (nowNs >= conflictsQuietUntilNs) {
      conflictsQuietUntilNs = nowNs + LOG_INTERVAL_NS;
      log.warn("Another station of the link of interface {} uses its address {}: its hardware address is {}",
          port.about().name(), address, Long.toHexString(mac));
    }
    if (address.isIp4()) {
      counters.defences.increment(worker.index());
      announce(port, address);
    }
  }

  // ---- Time.

  private void onTime(long nowNs) {
    asking6.onTime(nowNs);
    asking4.onTime(nowNs);
    Port port = ports.apply(interfaceIndex);
    for (Announcement one : announcements) {
      if (one.nextNs - nowNs <= 0) {
        one.left--;
        one.nextNs = nowNs + ANNOUNCE_INTERVAL_NS;
        if (port != null) {
          announce(port, one.address);
        }
      }
    }
    announcements.removeIf(one -> one.left == 0);
    schedule();
  }

  private void announce(Port port, IpAddress address) {
    if (port.sends() && arp.request(port, address.low(), address.low(), EthernetHeader.BROADCAST)) {
      counters.sent.increment(worker.index());
    }
  }

  private void schedule() {
    long next = Math.min(asking6.nextNs(), asking4.nextNs());
    for (Announcement one : announcements) {
      next = Math.min(next, one.nextNs);
    }
    if (next == RouterDiscovery.NEVER) {
      timer.cancel();
    } else {
      timer.schedule(next);
    }
  }

  // ---- What comes of asking.

  @Override
  public void onProbe(IpAddress address, long nonce) {
    Port port = ports.apply(interfaceIndex);
    boolean sent = port != null && port.sends() && (address.isIp4()
        ? arp.request(port, 0, address.low(), EthernetHeader.BROADCAST)
        : nd.probe(port, address.high(), address.low(), nonce));
    if (sent) {
      counters.sent.increment(worker.index());
    }
  }

  @Override
  public void onUnique(IpAddress address) {
    plane.settle(interfaceIndex, address, true);
  }

  @Override
  public void onDuplicate(IpAddress address) {
    long nowNs = worker.nowNs();
    if (nowNs >= duplicatesQuietUntilNs) {
      duplicatesQuietUntilNs = nowNs + LOG_INTERVAL_NS;
      Port port = ports.apply(interfaceIndex);
      log.warn("Interface {} does not use the address {}, which another station of its link has",
          port == null ? interfaceIndex : port.about().name(), address);
    }
    plane.settle(interfaceIndex, address, false);
  }
}
