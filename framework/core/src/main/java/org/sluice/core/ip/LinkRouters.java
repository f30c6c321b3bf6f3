package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.sluice.core.network.LinkAdvice;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.Route;
import org.sluice.core.network.SourceAddress;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

/**
 * What one interface takes from the routers of its link: its link-local address, so that there is one to ask from, and
 * then addresses, routes and advice. Everything is given back when it stops. Worker 0.
 */
final class LinkRouters implements RouterDiscovery.Listener {
  private static final IpPrefix EVERYWHERE = new IpPrefix(IpAddress.ANY_IP6, 0);
  private static final int LINK_BITS = 64;

  private final int interfaceIndex;
  private final String name;
  private final long identifier;
  private final Worker worker;
  private final NetworkPlane plane;
  private final LinkShared shared;
  private final RouterDiscovery discovery;
  private final NdMessages nd = new NdMessages();
  private final Timer timer;
  private final IpPrefix linkLocal;
  /**
   * Those that were taken, and whether new connections may use them; what the operator has of the same ones stays the
   * operator's.
   */
  private final Map<IpPrefix, Boolean> taken = new HashMap<>();
  private final Budget advertisements;
  private LinkAdvice advice = LinkAdvice.NONE;

  LinkRouters(Port port, Worker worker, NetworkPlane plane, LinkShared shared, RandomGenerator random) {
    interfaceIndex = port.index;
    name = port.about().name();
    identifier = identifier(port.mac);
    linkLocal = new IpPrefix(new IpAddress(Addresses.LINK_LOCAL_HIGH, identifier), LINK_BITS);
    this.worker = worker;
    this.plane = plane;
    this.shared = shared;
    timer = worker.newTimer(this::onTime);
    LinkLimits limits = shared.limits();
    advertisements = new Budget(limits.advertisementsPerSecond(), worker.nowNs());
    discovery = new RouterDiscovery(port.mtuBytes, limits.maxRouters(), limits.maxPrefixes(), this, worker.index(),
        shared.scope(), random);
  }

  /** The modified EUI-64 of a card (RFC 4291 appendix A): the same after each start, as servers want it. */
  private static long identifier(long mac) {
    long vendor = mac >>> 24;
    long own = mac & 0xff_ffffL;
    return (vendor << 40 | 0xff_fe00_0000L | own) ^ 0x0200_0000_0000_0000L;
  }

  void start() {
    onAddress(linkLocal, true);
    discovery.start(worker.nowNs());
    schedule();
  }

  void stop() {
    timer.cancel();
    discovery.stop();
    advise(LinkAdvice.NONE);
    onAddressGone(linkLocal);
  }

  /** The interface is gone with all that it had. */
  void close() {
    timer.cancel();
  }

  /** A router advertisement, whose checksum was right; false when it is none, or one too many. */
  boolean advertised(PacketBatch batch, int i) {
    MemorySegment m = batch.pool(i).memory();
    long ip = batch.offset(i);
    long at = ip + batch.l4Offset(i);
    int hopLimit = Ip6Header.hopLimit(m, ip);
    // What was sent from beyond the link takes nothing from its routers.
    if (hopLimit == NdMessages.HOP_LIMIT && !advertisements.take(worker.nowNs())) {
      shared.counters().count(Drop.ND_ADVERTISEMENT_LIMIT, worker.index());
      return false;
    }
    boolean valid = discovery.onAdvertisement(m, at, batch.length(i) - batch.l4Offset(i), hopLimit,
        Ip6Header.sourceHigh(m, ip), Ip6Header.sourceLow(m, ip), worker.nowNs());
    schedule();
    return valid;
  }

  private void onTime(long nowNs) {
    discovery.onTime(nowNs);
    schedule();
  }

  private void schedule() {
    long next = discovery.nextNs();
    if (next == RouterDiscovery.NEVER) {
      timer.cancel();
    } else {
      timer.schedule(next);
    }
  }

  // ---- What routers make of the interface.

  @Override
  public void onSolicit() {
    Port port = shared.ports().apply(interfaceIndex);
    if (port == null || !port.sends()) {
      return;
    }
    IpPrefix own = SourceAddress.nearest(port.about(), Addresses.LINK_LOCAL_HIGH, 0, null);
    IpAddress from =
        own != null && Addresses.isLinkLocal6(own.address().high()) ? own.address() : IpAddress.ANY_IP6;
    if (nd.solicitRouters(port, from)) {
      shared.counters().sent.increment(worker.index());
    }
  }

  @Override
  public void onRouter(IpAddress router) {
    plane.learn(Route.learned(EVERYWHERE, interfaceIndex, router));
  }

  @Override
  public void onRouterGone(IpAddress router) {
    plane.forget(Route.learned(EVERYWHERE, interfaceIndex, router));
  }

  @Override
  public void onPrefix(IpPrefix prefix) {
    plane.learn(Route.learned(prefix, interfaceIndex, null));
  }

  @Override
  public void onPrefixGone(IpPrefix prefix) {
    plane.forget(Route.learned(prefix, interfaceIndex, null));
  }

  @Override
  public long interfaceIdentifier(IpPrefix prefix) {
    return identifier;
  }

  @Override
  public void onAddress(IpPrefix address, boolean preferred) {
    CompletableFuture<NetInterface> begun = plane.addAddress(name, address);
    if (!begun.isCompletedExceptionally()) {
      taken.put(address, preferred);
    }
    var _ = begun.whenComplete((used, refusal) -> {
      if (refusal == null) {
        // Its router may have said something else while the link was asked for it.
        prefer(address);
      } else {
        shared.counters().count(Drop.ND_ADDRESS_REFUSED, worker.index());
      }
    });
  }

  @Override
  public void onAddressPreferred(IpPrefix address, boolean preferred) {
    if (taken.replace(address, preferred) != null) {
      prefer(address);
    }
  }

  private void prefer(IpPrefix address) {
    Boolean preferred = taken.get(address);
    if (preferred != null) {
      plane.deprecate(interfaceIndex, address.address(), !preferred);
    }
  }

  @Override
  public void onAddressGone(IpPrefix address) {
    if (taken.remove(address) != null) {
      // It may have been deleted by hand.
      var _ = plane.deleteAddress(name, address.address()).handle((after, gone) -> true);
    }
  }

  @Override
  public void onMtu(int bytes) {
    advise(new LinkAdvice(bytes, advice.hopLimit()));
  }

  @Override
  public void onHopLimit(int hopLimit) {
    if (hopLimit == 0) {
      return;
    }
    if (hopLimit < shared.limits().leastHopLimit()) {
      shared.counters().count(Drop.ND_LOW_HOP_LIMIT, worker.index());
    } else {
      advise(new LinkAdvice(advice.mtuBytes(), hopLimit));
    }
  }

  private void advise(LinkAdvice changed) {
    if (!changed.equals(advice)) {
      advice = changed;
      plane.advise(interfaceIndex, changed);
    }
  }
}
