package org.sluice.core.application;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.transport.EndpointConfig;

/**
 * The listening sessions by handle, by (protocol, table, address, port) and by application: an immutable snapshot, read
 * by every worker for every packet that belongs to no flow. A change makes a new one, at a cost that hardly depends on
 * the size.
 *
 * <p>Keys of the network's tables name a protocol by the transport's id, those of local tables by the slot of its name,
 * because a listener of a local table can outlive the registration of the transport that it was asked for.
 */
final class ListenIndex {
  static final ListenIndex EMPTY = new ListenIndex(ListenTrie.empty(), ListenTrie.empty(), ListenTrie.empty());

  /** Beside the protocol in the keys of proxies, which have no port. */
  private static final int PROXY = 1 << 15;

  private final ListenTrie<AppListener> byHandle;
  private final ListenTrie<AppListener> byFlow;
  private final ListenTrie<AppListener> firsts;

  /**
   * What a rule that redirects to an application finds a listener by: in a table of one family, of a transport's id; or
   * for connects, which are of one namespace anyhow, of one family and the complement of a protocol's number.
   */
  record First(long application, long place, int protocol) {
    static First global(AppListener listener, AppListener.Listening global) {
      EndpointConfig config = listener.config();
      return new First(listener.application().handle(), ListenIndex.place(config.table(), config.local().isIp4()),
          global.transport().id());
    }

    static First local(AppListener listener) {
      return new First(listener.application().handle(), ListenIndex.place(0, listener.wanted().isIp4()),
          ~listener.localProtocol());
    }
  }

  /** A table of one family. */
  private static long place(int table, boolean ip4) {
    return (long) table << 1 | (ip4 ? 1 : 0);
  }

  private ListenIndex(
      ListenTrie<AppListener> byHandle, ListenTrie<AppListener> byFlow, ListenTrie<AppListener> firsts) {
    this.byHandle = byHandle;
    this.byFlow = byFlow;
    this.firsts = firsts;
  }

  /** A snapshot in which the listening sessions of a listener are known, and the flows that lead to them. */
  ListenIndex with(AppListener listener) {
    AppListener.Listening global = listener.global();
    AppListener.Listening local = listener.local();
    ListenTrie<AppListener> handles = byHandle;
    if (global != null) {
      handles = handles.with(global.session(), 0, 0, global.session(), listener);
    }
    if (local != null) {
      handles = handles.with(local.session(), 0, 0, local.session(), listener);
    }
    ListenTrie<AppListener> flows = byFlow;
    for (ListenKey key : listener.keys()) {
      flows = flows.with(key.high(), key.low(), scope(listener, key), handle(listener, key), listener);
    }
    return new ListenIndex(handles, flows, firsts);
  }

  /** A snapshot in which a listener is not known, whether it is in this one or not. Its sessions are still those. */
  ListenIndex without(AppListener listener) {
    AppListener.Listening global = listener.global();
    AppListener.Listening local = listener.local();
    ListenTrie<AppListener> handles = byHandle;
    if (global != null) {
      handles = handles.without(global.session(), 0, 0, global.session());
    }
    if (local != null) {
      handles = handles.without(local.session(), 0, 0, local.session());
    }
    ListenTrie<AppListener> flows = byFlow;
    for (ListenKey key : listener.keys()) {
      flows = flows.without(key.high(), key.low(), scope(listener, key), handle(listener, key));
    }
    return new ListenIndex(handles, flows, firsts);
  }

  /**
   * A snapshot in which another listener is the first of a key, or none when null.
   */
  ListenIndex withFirst(First key, @Nullable AppListener first) {
    ListenTrie.Entry<AppListener> present = firsts.find(key.application(), key.place(), key.protocol());
    boolean same = present != null && first != null
        && present.value == first && present.handle == firstHandle(first, key.protocol());
    if (same) {
      return this;
    }
    ListenTrie<AppListener> changed =
        present == null ? firsts : firsts.without(key.application(), key.place(), key.protocol(), present.handle);
    if (first != null) {
      changed = changed.with(
          key.application(), key.place(), key.protocol(), firstHandle(first, key.protocol()), first);
    }
    return new ListenIndex(byHandle, byFlow, changed);
  }

  private static long firstHandle(AppListener first, int protocol) {
    return protocol < 0 ? first.servingLocally() : first.handle();
  }

  // ---- Readers.

  @Nullable AppListener get(long handle) {
    ListenTrie.Entry<AppListener> entry = byHandle.find(handle, 0, 0);
    return entry == null ? null : entry.value;
  }

  long first(long application, FlowKey key) {
    boolean ip4 = IpAddress.isIp4(key.localHigh(), key.localLow());
    return handle(firsts.find(application, place(key.table(), ip4), key.protocol()));
  }

  long firstLocal(long application, int localProtocol, boolean ip4) {
    return handle(firsts.find(application, place(0, ip4), ~localProtocol));
  }

  long find(FlowKey key) {
    long high = key.localHigh();
    long low = key.localLow();
    long scope = scope(key.protocol(), key.table(), key.localPort());
    ListenTrie.Entry<AppListener> entry = byFlow.find(high, low, scope);
    if (entry == null) {
      entry = byFlow.find(0, any(high, low), scope);
    }
    return entry == null ? proxy(high, low, key.protocol(), key.table()) : entry.handle;
  }

  long findLocal(int namespace, int protocolSlot, boolean secure, FlowKey key) {
    long high = key.remoteHigh();
    long low = key.remoteLow();
    int protocol = AppListener.localProtocol(protocolSlot, secure);
    long scope = scope(protocol, ~namespace, key.remotePort());
    ListenTrie.Entry<AppListener> entry = byFlow.find(high, low, scope);
    if (entry == null && IpAddress.isLoopback(high, low)) {
      entry = byFlow.find(0, any(high, low), scope);
    }
    return entry == null ? proxy(high, low, protocol, ~namespace) : entry.handle;
  }

  private long proxy(long high, long low, int protocol, int table) {
    long scope = scope(protocol | PROXY, table, 0);
    ListenTrie.Entry<AppListener> entry = byFlow.find(high, low, scope);
    return handle(entry == null ? byFlow.find(0, any(high, low), scope) : entry);
  }

  private static long handle(ListenTrie.@Nullable Entry<AppListener> entry) {
    return entry == null ? Handle.INVALID : entry.handle;
  }

  /** The low half of the unspecified address of the same family. */
  private static long any(long high, long low) {
    return IpAddress.isIp4(high, low) ? IpAddress.IP4_MAPPED : 0;
  }

  // ---- Keys.

  /** What a key leads to: in a local table the session of the local transport, where there is one. */
  private static long handle(AppListener listener, ListenKey key) {
    return key.scope() < 0 ? listener.servingLocally() : listener.handle();
  }

  private static long scope(AppListener listener, ListenKey key) {
    AppListener.Listening global = listener.global();
    int protocol = key.scope() < 0 || global == null ? listener.localProtocol() : global.transport().id();
    return listener.isProxy()
        ? scope(protocol | PROXY, key.scope(), 0)
        : scope(protocol, key.scope(), key.port());
  }

  private static long scope(int protocol, int table, int port) {
    return (long) table << 32 | (long) protocol << 16 | port;
  }
}
