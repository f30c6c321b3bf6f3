package org.sluice.core.application;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.spi.transport.ServiceType;

/**
 * The way of a connect: what is local is served by the transport with the trait LOCAL, whatever protocol was asked for;
 * only when nothing local answers it goes to the network. Worker 0.
 */
final class Connects {
  private final ControlPlane plane;

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
    Protocol protocol = Protocol.find(plane, options.protocol());
    if (protocol == null) {
      return SessionError.TRANSPORT_NO_REG.code();
    }
    Namespace namespace = worker.application().namespace();
    Set<Scope> scopes = worker.application().options().scopes();
    int table = remote.table() == Endpoint.NAMESPACE_TABLE ? namespace.table() : remote.table();
    if (scopes.contains(Scope.LOCAL)) {
      long local = openLocal(worker, protocol, options, opaque, table);
      if (local != SessionError.LOCAL_CONNECT.code()) {
        return local;
      }
    }
    if (protocol.transport().local()) {
      return SessionError.SCOPE.code();
    }
    return openOn(protocol.transport(), worker, config(protocol, options, table, Handle.INVALID), opaque);
  }

  /** The local part; LOCAL_CONNECT when nothing local answers and the network is to be asked. */
  private long openLocal(
      ApplicationWorker worker, Protocol protocol, ConnectOptions options, long opaque, int table) {
    Endpoint remote = options.remote();
    Namespace namespace = worker.application().namespace();
    boolean loopback = IpAddress.isLoopback(remote.addressHigh(), remote.addressLow());
    ListenKey key = ListenKey.local(namespace, protocol.name(), remote);
    AppListener listener = loopback ? plane.listeners().find(key) : plane.listeners().exact(key);
    if (listener == null) {
      if (loopback) {
        return SessionError.NOROUTE.code();
      }
      if (!worker.application().options().scopes().contains(Scope.GLOBAL)) {
        return SessionError.SCOPE.code();
      }
      listener = attachedHere(ListenKey.global(table, protocol.name(), remote), namespace, remote);
    }
    if (listener == null) {
      return protocol.transport().local() ? SessionError.NOROUTE.code() : SessionError.LOCAL_CONNECT.code();
    }
    TransportEntry local = plane.transports().local();
    if (local == null) {
      return SessionError.NOSUPPORT.code();
    }
    // One that listens in the global table alone is reached by that listening session.
    AppListener.Listening listening = listener.local();
    long session = listening == null ? listener.handle() : listening.session();
    return openOn(local, worker, config(protocol, options, table, session), opaque);
  }

  /** A listener of the global table whose address is one of this host; an unspecified one takes those alone. */
  private @Nullable AppListener attachedHere(ListenKey key, Namespace namespace, Endpoint remote) {
    AppListener exact = plane.listeners().exact(key);
    if (exact != null || !namespace.owns(remote.addressHigh(), remote.addressLow())) {
      return exact;
    }
    return plane.listeners().exact(key.wildcard());
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

  private static EndpointConfig config(Protocol protocol, ConnectOptions options, int table, long listener) {
    Set<EndpointFlag> flags = options.flags();
    if (protocol.secure()) {
      flags = new HashSet<>(flags);
      flags.add(EndpointFlag.SECURE);
    }
    return new EndpointConfig(options.remote().withTable(table), options.local().withTable(table), options.mssBytes(),
        options.dscp(), flags, listener, protocol.transport().id(), options.extensions());
  }
}
