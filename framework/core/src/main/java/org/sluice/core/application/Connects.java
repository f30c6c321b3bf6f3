package org.sluice.core.application;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.spi.transport.ServiceType;

/**
 * The way of a connect: what is local is served by the transport with the trait LOCAL, whatever protocol was asked for;
 * only when nothing local answers it goes to the network. Worker 0; allocates nothing in the steady state.
 */
final class Connects {
  private final ControlPlane plane;
  private final StreamConnects streams;
  private final ListenKey key = new ListenKey();
  private final FlowKey flow = new FlowKey();
  private final LookupResult found = new LookupResult();

  /** One for each depth: a transport may connect by itself while it is asked to. */
  private final List<EndpointConfig> configs = new ArrayList<>();
  private int depth;

  Connects(ControlPlane plane, StreamConnects streams) {
    this.plane = plane;
    this.streams = streams;
  }

  /** Starts a connect; an immediate failure is told by the same callback as a late one. */
  void connect(ApplicationWorker worker, ConnectOptions options, long opaque) {
    plane.assertMain();
    if (worker.isDetached()) {
      return;
    }
    if (options.parent() != Handle.INVALID && streams.send(worker, options, opaque)) {
      return;
    }
    long result = options.parent() == Handle.INVALID ? open(worker, options, opaque) : SessionError.LIMIT.code();
    if (result < 0) {
      plane.sessions().halfOpens().refuse(worker, (int) result, opaque);
    }
  }

  private long open(ApplicationWorker worker, ConnectOptions options, long opaque) {
    Endpoint remote = options.remote();
    if (worker.application().isDraining()) {
      return SessionError.CONFLICT.code();
    }
    if (IpAddress.isAny(remote.addressHigh(), remote.addressLow())) {
      return SessionError.INVALID_RMT_IP.code();
    }
    if (options.flags().contains(EndpointFlag.PROXY)) {
      return SessionError.NOSUPPORT.code();
    }
    if (!worker.application().namespace().admits(remote)) {
      return SessionError.INVALID_NS.code();
    }
    TransportEntry exact = plane.transports().byName(options.protocol());
    TransportEntry transport = exact == null ? plane.transports().bySecureName(options.protocol()) : exact;
    if (transport == null) {
      return SessionError.TRANSPORT_NO_REG.code();
    }
    if (configs.size() == depth) {
      configs.add(new EndpointConfig());
    }
    Namespace namespace = worker.application().namespace();
    EndpointConfig config = configs.get(depth)
        .set(remote, namespace.local(options.local()), namespace.table(remote.isIp4()))
        .wishes(options.mssBytes(), options.dscp(), options.flags(), options.extensions())
        .secure(exact == null)
        .origin(Handle.INVALID, transport.id());
    depth++;
    try {
      return open(worker, transport, config, opaque);
    } finally {
      depth--;
    }
  }

  private long open(ApplicationWorker worker, TransportEntry transport, EndpointConfig config, long opaque) {
    if (worker.application().options().scopes().contains(Scope.LOCAL)) {
      long local = openLocal(worker, transport, config, opaque);
      if (local != SessionError.LOCAL_CONNECT.code()) {
        return local;
      }
    }
    if (transport.local()) {
      return SessionError.SCOPE.code();
    }
    return config.table() == NamespaceBinding.ABSENT
        ? SessionError.NOROUTE.code()
        : openOn(transport, worker, config, opaque);
  }

  /** The local part; LOCAL_CONNECT when nothing local answers and the network is to be asked. */
  private long openLocal(
      ApplicationWorker worker, TransportEntry transport, EndpointConfig config, long opaque) {
    Endpoint remote = config.remote();
    Namespace namespace = worker.application().namespace();
    flow.remote(remote.addressHigh(), remote.addressLow(), remote.port());
    flow.scope(transport.id(), config.table());
    boolean secure = config.has(EndpointFlag.SECURE);
    plane.sessions().lookup().local(namespace.index(), secure, flow, found);
    boolean loopback = IpAddress.isLoopback(remote.addressHigh(), remote.addressLow());
    boolean global = worker.application().options().scopes().contains(Scope.GLOBAL);
    long proxy = takeProxy(worker);
    if (found.kind() == LookupResult.Kind.NONE && !loopback && global && config.table() != NamespaceBinding.ABSENT) {
      attachedHere(worker, transport, config, proxy < 0);
    }
    if (found.kind() == LookupResult.Kind.NONE && proxy >= 0) {
      found.set(LookupResult.Kind.LISTENER, proxy);
    }
    if (found.kind() == LookupResult.Kind.NONE) {
      if (!loopback && !global) {
        return SessionError.SCOPE.code();
      }
      return loopback || transport.local() ? SessionError.NOROUTE.code() : SessionError.LOCAL_CONNECT.code();
    }
    if (found.kind() == LookupResult.Kind.DROP) {
      return SessionError.FILTERED.code();
    }
    long listening = found.kind() == LookupResult.Kind.APPLICATION
        ? plane.listeners()
            .firstLocal(found.handle(), AppListener.localProtocol(transport.nameSlot(), secure), remote.isIp4())
        : found.handle();
    TransportEntry local = plane.transports().local();
    if (listening < 0 || local == null) {
      return (listening < 0 ? SessionError.NOLISTEN : SessionError.NOSUPPORT).code();
    }
    return openOn(local, worker, config.origin(listening, transport.id()), opaque);
  }

  /**
   * Clears a proxy that the local table has led to, which comes after those who listen on the port in the network's
   * table; returns it, unless it is the application's own: that wants to get past itself, to those it stands for.
   */
  private long takeProxy(ApplicationWorker worker) {
    long handle = found.handle();
    AppListener listener = found.kind() == LookupResult.Kind.LISTENER ? plane.listeners().get(handle) : null;
    if (listener == null || !listener.isProxy()) {
      return Handle.INVALID;
    }
    found.clear();
    return isOthersProxy(listener, worker) ? handle : Handle.INVALID;
  }

  /**
   * Finds a listener of the global table whose address is one of this host; an unspecified one takes those alone. Rules
   * for it hold here too, as far as they can before the connect has a source; one that redirects to nobody leaves the
   * connect without a listener, whoever it covers.
   */
  private void attachedHere(
      ApplicationWorker worker, TransportEntry transport, EndpointConfig config, boolean proxies) {
    Namespace namespace = worker.application().namespace();
    Endpoint remote = config.remote();
    key.setGlobal(config.table(), transport.name(), remote);
    boolean owned = namespace.owns(remote.addressHigh(), remote.addressLow());
    AppListener listener = owned ? plane.listeners().find(key) : plane.listeners().exact(key);
    if (listener == null && proxies && owned) {
      listener = proxy(worker, key.setGlobal(config.table(), transport.name(), remote).setEveryPort());
    }
    if (listener == null || listener.secure() != config.has(EndpointFlag.SECURE)
        || listener.isProxy() && !isOthersProxy(listener, worker)) {
      return;
    }
    Endpoint source = config.local();
    boolean ip4 = IpAddress.isIp4(remote.addressHigh(), remote.addressLow());
    boolean unknown = IpAddress.isAny(source.addressHigh(), source.addressLow());
    flow.local(remote.addressHigh(), remote.addressLow(), remote.port());
    flow.remote(unknown ? 0 : source.addressHigh(), unknown ? ip4 ? IpAddress.IP4_MAPPED : 0 : source.addressLow(),
        source.port());
    boolean decided = plane.sessions().lookup().rules(flow, !unknown, found);
    if (found.kind() == LookupResult.Kind.NONE) {
      // One that listens in the global table alone is reached by that listening session.
      found.set(LookupResult.Kind.LISTENER, decided ? Handle.INVALID : listener.servingLocally());
    }
  }

  /** Another application's proxy of an address, or else of every address. */
  private @Nullable AppListener proxy(ApplicationWorker worker, ListenKey portless) {
    AppListener exact = plane.listeners().exact(portless);
    if (isOthersProxy(exact, worker)) {
      return exact;
    }
    AppListener any = plane.listeners().exact(portless.setWildcard());
    return isOthersProxy(any, worker) ? any : null;
  }

  private static boolean isOthersProxy(@Nullable AppListener listener, ApplicationWorker worker) {
    return listener != null && listener.isProxy() && listener.application() != worker.application();
  }

  private long openOn(TransportEntry transport, ApplicationWorker worker, EndpointConfig config, long opaque) {
    if (transport.descriptor().service() == ServiceType.VIRTUAL_CIRCUIT) {
      return plane.sessions().halfOpens().open(worker, transport, config, opaque);
    }
    if (transport.descriptor().service() == ServiceType.CONNECTIONLESS) {
      return plane.sessions().openConnectionless(worker, transport, config, opaque);
    }
    return SessionError.NOSUPPORT.code();
  }
}
