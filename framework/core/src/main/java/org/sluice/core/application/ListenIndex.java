package org.sluice.core.application;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * The listening sessions by handle and by (protocol, table, address, port): an immutable snapshot, read by every worker
 * for every packet that belongs to no flow. A change makes a new one, at a cost that hardly depends on the size.
 */
final class ListenIndex {
  static final ListenIndex EMPTY = new ListenIndex(ListenTrie.empty(), ListenTrie.empty());

  private final ListenTrie<AppListener> byHandle;
  private final ListenTrie<AppListener> byFlow;

  private ListenIndex(ListenTrie<AppListener> byHandle, ListenTrie<AppListener> byFlow) {
    this.byHandle = byHandle;
    this.byFlow = byFlow;
  }

  /** A snapshot in which a listening session of the listener is known; that of a network transport by its flows too. */
  ListenIndex with(AppListener listener, long handle) {
    ListenTrie<AppListener> flows = byFlow;
    AppListener.Listening global = listener.global();
    if (global != null && global.session() == handle) {
      for (ListenKey key : listener.keys()) {
        if (key.scope() >= 0) {
          flows = flows.with(key.high(), key.low(), scope(global, key), handle, listener);
        }
      }
    }
    return new ListenIndex(byHandle.with(handle, 0, 0, handle, listener), flows);
  }

  /** A snapshot in which a listening session of the listener is not known, whether it is in this one or not. */
  ListenIndex without(AppListener listener, long handle) {
    ListenTrie<AppListener> flows = byFlow;
    AppListener.Listening global = listener.global();
    if (global != null && global.session() == handle) {
      for (ListenKey key : listener.keys()) {
        flows = flows.without(key.high(), key.low(), scope(global, key), handle);
      }
    }
    return new ListenIndex(byHandle.without(handle, 0, 0, handle), flows);
  }

  @Nullable AppListener get(long handle) {
    ListenTrie.Entry<AppListener> entry = byHandle.find(handle, 0, 0);
    return entry == null ? null : entry.value;
  }

  long find(FlowKey key) {
    long scope = scope(key.protocol(), key.table(), key.localPort());
    ListenTrie.Entry<AppListener> entry = byFlow.find(key.localHigh(), key.localLow(), scope);
    if (entry == null) {
      boolean ip4 = IpAddress.isIp4(key.localHigh(), key.localLow());
      entry = byFlow.find(0, ip4 ? IpAddress.IP4_MAPPED : 0, scope);
    }
    return entry == null ? Handle.INVALID : entry.handle;
  }

  private static long scope(AppListener.Listening global, ListenKey key) {
    return scope(global.transport().id(), key.scope(), key.port());
  }

  private static long scope(int protocol, int table, int port) {
    return (long) table << 32 | (long) protocol << 16 | port;
  }
}
