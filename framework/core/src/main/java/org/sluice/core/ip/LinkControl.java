package org.sluice.core.ip;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.AddressProbe;
import org.sluice.core.network.InterfaceWatcher;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;

/** What worker 0 does on links that no packet of a transport asks for: claims to addresses, and routers. */
final class LinkControl implements AddressProbe, InterfaceWatcher {
  private final Worker worker;
  private final NetworkPlane plane;
  private final LinkShared shared;
  private final RandomGenerator random;
  private final Map<Integer, Link> links = new HashMap<>();

  /** Changes are followed when they are over: one may cause others. */
  private final ControlSlot changed;

  private static final class Link {
    private final AddressClaims claims;
    private @Nullable LinkRouters routers;

    private Link(AddressClaims claims) {
      this.claims = claims;
    }
  }

  LinkControl(Worker worker, NetworkPlane plane, LinkShared shared, RandomGenerator random) {
    this.worker = worker;
    this.plane = plane;
    this.shared = shared;
    this.random = random;
    changed = worker.newControlSlot(this::follow);
  }

  // ---- Interfaces.

  @Override
  public void check(NetInterface after) {}

  @Override
  public void changed(NetInterface after) {
    var _ = changed.post();
  }

  private void follow() {
    for (NetInterface one : plane.snapshot().interfaces()) {
      Port port = one.isLoop() ? null : shared.ports().apply(one.index());
      if (port != null) {
        Link link = link(one.index());
        link.claims.follow(one);
        follow(link, port, one.autoconf());
      }
    }
  }

  private void follow(Link link, Port port, boolean autoconf) {
    LinkRouters routers = link.routers;
    if (autoconf && routers == null) {
      routers = new LinkRouters(port, worker, plane, shared, random);
      link.routers = routers;
      routers.start();
    } else if (!autoconf && routers != null) {
      link.routers = null;
      routers.stop();
    }
  }

  private Link link(int index) {
    return links.computeIfAbsent(
        index, absent -> new Link(new AddressClaims(index, worker, plane, shared, random)));
  }

  /** The interface is gone. */
  void forget(int index) {
    Link gone = links.remove(index);
    if (gone != null) {
      gone.claims.close();
      LinkRouters routers = gone.routers;
      if (routers != null) {
        routers.close();
      }
    }
  }

  // ---- Addresses to be.

  @Override
  public boolean isAsked(NetInterface one, IpAddress address) {
    LinkLimits limits = shared.limits();
    return !one.isLoop() && (address.isIp4() ? limits.probes4() : limits.probes6()) > 0;
  }

  @Override
  public boolean start(NetInterface one, IpAddress address) {
    return link(one.index()).claims.start(address);
  }

  @Override
  public void cancel(NetInterface one, IpAddress address) {
    link(one.index()).claims.cancel(address);
  }

  // ---- What stations say.

  /** See {@link AddressClaims#asked}. */
  void asked(Port port, long high, long low, long nonce) {
    link(port.index).claims.asked(high, low, nonce);
  }

  /** See {@link AddressClaims#claimed}. */
  void claimed(Port port, long high, long low, long mac) {
    link(port.index).claims.claimed(port, high, low, mac);
  }

  /** Takes a router advertisement over. */
  void advertised(Port port, PacketBatch batch, int i) {
    Link link = links.get(port.index);
    LinkRouters routers = link == null ? null : link.routers;
    if (routers == null) {
      shared.counters().drop(Drop.ND_NO_AUTOCONF, worker.index(), batch, i);
      return;
    }
    if (routers.advertised(batch, i)) {
      shared.counters().nd.increment(worker.index());
    }
    batch.pool(i).release(batch.offset(i));
  }
}
