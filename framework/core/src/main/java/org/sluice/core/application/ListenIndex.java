package org.sluice.core.application;

import java.util.Arrays;
import java.util.Collection;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * An immutable hash table from (protocol, table, address, port) to listening sessions, in arrays of primitives: read by
 * every worker for every packet that belongs to no flow. Made anew for each change.
 */
final class ListenIndex {
  static final ListenIndex EMPTY = new ListenIndex(1);

  private final int mask;
  private final long[] highs;
  private final long[] lows;
  private final long[] scopes;
  private final long[] handles;

  private ListenIndex(int slots) {
    mask = slots - 1;
    highs = new long[slots];
    lows = new long[slots];
    scopes = new long[slots];
    handles = new long[slots];
    Arrays.fill(handles, Handle.INVALID);
  }

  /** The listening sessions of network transports among some listeners. */
  static ListenIndex of(Collection<AppListener> listeners) {
    int count = (int) listeners.stream().filter(l -> l.global() != null).count();
    if (count == 0) {
      return EMPTY;
    }
    ListenIndex index = new ListenIndex(Integer.highestOneBit(count * 2) * 2);
    for (AppListener listener : listeners) {
      AppListener.Listening global = listener.global();
      if (global == null) {
        continue;
      }
      for (ListenKey key : listener.keys()) {
        if (key.scope() >= 0) {
          index.put(key.high(), key.low(), scope(global.transport().id(), key.scope(), key.port()), global.session());
        }
      }
    }
    return index;
  }

  long find(FlowKey key) {
    long scope = scope(key.protocol(), key.table(), key.localPort());
    long exact = find(key.localHigh(), key.localLow(), scope);
    if (exact >= 0) {
      return exact;
    }
    boolean ip4 = IpAddress.isIp4(key.localHigh(), key.localLow());
    return find(0, ip4 ? IpAddress.IP4_MAPPED : 0, scope);
  }

  private long find(long high, long low, long scope) {
    for (int i = slot(high, low, scope); handles[i] >= 0; i = (i + 1) & mask) {
      if (lows[i] == low && scopes[i] == scope && highs[i] == high) {
        return handles[i];
      }
    }
    return Handle.INVALID;
  }

  private void put(long high, long low, long scope, long handle) {
    int i = slot(high, low, scope);
    while (handles[i] >= 0) {
      i = (i + 1) & mask;
    }
    highs[i] = high;
    lows[i] = low;
    scopes[i] = scope;
    handles[i] = handle;
  }

  private int slot(long high, long low, long scope) {
    long h = (high * 31 + low) * 0x9E3779B97F4A7C15L ^ scope * 0xC2B2AE3D27D4EB4FL;
    return (int) (h ^ h >>> 32) & mask;
  }

  private static long scope(int protocol, int table, int port) {
    return (long) table << 32 | (long) protocol << 16 | port;
  }
}
