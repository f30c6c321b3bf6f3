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
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;

/**
 * The way of a connect: what is local is served by the transport with the trait LOCAL, whatever protocol was asked for;
 * only when nothing local answers it goes to the network. Worker 0; allocates nothing in the steady state.
 */
final class Connects {
  private final ControlPlane plane;
  private final ListenKey key = new ListenKey();

  /** One for each depth: a transport may connect by itself while it is asked to. */
  private final List<EndpointConfig> configs = new ArrayList<>();
  private int depth;

  Connects(ControlPlane plane) {
    this.plane = plane;
  }

  /** Starts a connect; an immediate failure is told by the same callback as a late one. */
  void connect(ApplicationWorker worker, ConnectOptions options, long opaque) {
    plane.assertMain();
    if (worker.isDetached()) {
      return;
    }
    long result = open(worker, options, opaque);
    if (result < 0) {
      plane.sessions().halfOpens().refuse(worker, (int) result, opaque);
    }
  }

  private long open(ApplicationWorker worker, ConnectOptions options, long opaque) {
    Endpoint remote = options.remote();
    if (IpAddress.isAny(remote.addressHigh(), remote.addressLow())) {
      return SessionError.INVALID_RMT_IP.code();
    }
    TransportEntry exact = plane.transports().byName(options.protocol());
    TransportEntry transport = exact == null ? plane.transports().bySecureName(options.protocol()) : exact;
    if (transport == null) {
      return SessionError.TRANSPORT_NO_REG.code();
    }
    if (configs.size() == depth) {
      configs.add(new EndpointConfig());
    }
    int table =
        remote.table() == Endpoint.NAMESPACE_TABLE ? worker.application().namespace().table() : remote.table();
    EndpointConfig config = configs.get(depth)
        .set(remote, options.local(), table)
        .wishes(options.mssBytes(), options.dscp(), options.flags(), options.extensions())
        .secure(exact == null)
        .origin(Handle.INVALID, transport.id());
    depth++;
    try {
      return open(worker, transport, options.protocol(), config, opaque);
    } finally {
      depth--;
    }
  }

  private long open(
      ApplicationWorker worker, TransportEntry transport, String protocol, EndpointConfig config, long opaque) {
    if (worker.application().options().scopes().contains(Scope.LOCAL)) {
      long local = openLocal(worker, transport, protocol, config, opaque);
      if (local != SessionError.LOCAL_CONNECT.code()) {
        return local;
      }
    }
    return transport.local() ? SessionError.SCOPE.code() : openOn(transport, worker, config, opaque);
  }

  /** The local part; LOCAL_CONNECT when nothing local answers and the network is to be asked. */
  private long openLocal(
      ApplicationWorker worker, TransportEntry transport, String protocol, EndpointConfig config, long opaque) {
    Endpoint remote = config.remote();
    Namespace namespace = worker.application().namespace();
    boolean loopback = IpAddress.isLoopback(remote.addressHigh(), remote.addressLow());
    key.setLocal(namespace, protocol, remote);
    AppListener listener = loopback ? plane.listeners().find(key) : plane.listeners().exact(key);
    if (listener == null) {
      if (loopback) {
        return SessionError.NOROUTE.code();
      }
      if (!worker.application().options().scopes().contains(Scope.GLOBAL)) {
        return SessionError.SCOPE.code();
      }
      listener = attachedHere(key.setGlobal(config.table(), protocol, remote), namespace, remote);
    }
    if (listener == null) {
      return transport.local() ? SessionError.NOROUTE.code() : SessionError.LOCAL_CONNECT.code();
    }
    TransportEntry local = plane.transports().local();
    if (local == null) {
      return SessionError.NOSUPPORT.code();
    }
    // One that listens in the global table alone is reached by that listening session.
    AppListener.Listening listening = listener.local();
    long session = listening == null ? listener.handle() : listening.session();
    return openOn(local, worker, config.origin(session, transport.id()), opaque);
  }

  /** A listener of the global table whose address is one of this host; an unspecified one takes those alone. */
  private @Nullable AppListener attachedHere(ListenKey global, Namespace namespace, Endpoint remote) {
    return namespace.owns(remote.addressHigh(), remote.addressLow())
        ? plane.listeners().find(global)
        : plane.listeners().exact(global);
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
