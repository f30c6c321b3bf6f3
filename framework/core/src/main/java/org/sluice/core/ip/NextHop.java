package org.sluice.core.ip;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.network.Route;
import org.sluice.core.network.RouteTable;
import org.sluice.core.network.Scopes;
import org.sluice.core.network.SourceAddress;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.transport.Endpoint;

/**
 * The way to a destination by one snapshot: interface, next hop and source address. An object is used again for each
 * question, so that asking allocates nothing. Owned by one worker.
 */
final class NextHop {
  private @Nullable NetInterface egress;
  private @Nullable IpAddress local;
  long high;
  long low;

  NetInterface egress() {
    return Objects.requireNonNull(egress);
  }

  IpAddress local() {
    return Objects.requireNonNull(local);
  }

  /** Finds the way; 0, or the negative code of NOROUTE, NOINTF or NOIP. */
  int find(NetworkSnapshot now, int table, int wantedInterface, long remoteHigh, long remoteLow, long localHigh,
      long localLow) {
    int error = route(now, table, wantedInterface, remoteHigh, remoteLow);
    return error != 0 ? error : source(now, table, remoteHigh, remoteLow, localHigh, localLow);
  }

  private int route(NetworkSnapshot now, int tableId, int wanted, long remoteHigh, long remoteLow) {
    boolean ip4 = IpAddress.isIp4(remoteHigh, remoteLow);
    RouteTable table = now.table(ip4, tableId);
    if (table == null || IpAddress.isLoopback(remoteHigh, remoteLow)) {
      return SessionError.NOINTF.code();
    }
    Route route = table.routes().longest(remoteHigh, remoteLow);
    if (wanted == Endpoint.ANY_INTERFACE) {
      if (route == null || route.kind() == Route.Kind.DROP || IpAddress.isAny(remoteHigh, remoteLow)
          || Scopes.isLinkLocal(remoteHigh, remoteLow)) {
        return SessionError.NOROUTE.code();
      }
      NetInterface found = now.byIndex(route.interfaceIndex());
      // What is ours comes back by a loop only.
      if (found == null || route.kind() == Route.Kind.LOCAL && !found.isLoop()) {
        return SessionError.NOROUTE.code();
      }
      return take(found, route, remoteHigh, remoteLow);
    }
    NetInterface found = now.byIndex(wanted);
    if (found == null || found.table(ip4) != tableId) {
      return SessionError.NOINTF.code();
    }
    boolean leads = route != null && route.kind() != Route.Kind.DROP && route.interfaceIndex() == wanted;
    if (leads) {
      return take(found, route, remoteHigh, remoteLow);
    }
    return found.isOnLink(remoteHigh, remoteLow)
        ? take(found, null, remoteHigh, remoteLow)
        : SessionError.NOROUTE.code();
  }

  private int take(NetInterface found, @Nullable Route route, long remoteHigh, long remoteLow) {
    IpAddress router = route == null ? null : route.nextHop();
    egress = found;
    high = router == null ? remoteHigh : router.high();
    low = router == null ? remoteLow : router.low();
    return 0;
  }

  private int source(
      NetworkSnapshot now, int table, long remoteHigh, long remoteLow, long wantedHigh, long wantedLow) {
    NetInterface out = egress();
    if (IpAddress.isAny(wantedHigh, wantedLow)) {
      IpPrefix own = SourceAddress.nearest(out, remoteHigh, remoteLow, null);
      for (int i = 0; own == null && i < now.interfaces().size(); i++) {
        NetInterface other = now.interfaces().get(i);
        if (other.table(IpAddress.isIp4(remoteHigh, remoteLow)) == table) {
          own = SourceAddress.nearest(other, remoteHigh, remoteLow, null);
        }
      }
      local = own == null ? null : own.address();
    } else if (out.has(wantedHigh, wantedLow) || now.owns(table, wantedHigh, wantedLow)) {
      IpAddress before = local;
      if (before == null || before.low() != wantedLow || before.high() != wantedHigh) {
        local = known(out, wantedHigh, wantedLow);
      }
    } else {
      local = null;
    }
    return local == null ? SessionError.NOIP.code() : 0;
  }

  /** The object that the interface has of its address, so that none is made for each path. */
  private static IpAddress known(NetInterface one, long high, long low) {
    for (int i = 0; i < one.addresses().size(); i++) {
      IpAddress own = one.addresses().get(i).address();
      if (own.low() == low && own.high() == high) {
        return own;
      }
    }
    return new IpAddress(high, low);
  }
}
