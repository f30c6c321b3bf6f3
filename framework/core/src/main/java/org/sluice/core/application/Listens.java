package org.sluice.core.application;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionUri;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;

/** Listening: the checks, the listening sessions of the transports, and who shares them. Worker 0. */
final class Listens {
  private final ControlPlane plane;

  Listens(ControlPlane plane) {
    this.plane = plane;
  }

  long listen(ApplicationWorker worker, String uri) {
    SessionUri parsed;
    try {
      parsed = SessionUri.parse(uri);
    } catch (IllegalArgumentException e) {
      throw plane.failure(SessionError.INVALID, "listen: " + e.getMessage());
    }
    return listen(worker, new ListenOptions(parsed.protocol(), parsed.endpoint(), Set.of(), List.of()));
  }

  long listen(ApplicationWorker worker, ListenOptions options) {
    plane.assertMain();
    String what = "listen on " + options.protocol() + "://" + options.local() + " by '" + worker.name() + "'";
    plane.requireOn(what);
    if (worker.isDetached()) {
      throw plane.failure(SessionError.NOAPP, what);
    }
    Protocol protocol = Protocol.resolve(plane, options.protocol(), what);
    Endpoint local = options.local();
    Namespace namespace = worker.application().namespace();
    if (!namespace.owns(local.addressHigh(), local.addressLow())) {
      throw plane.failure(SessionError.INVALID_NS, what + ", whose namespace has no such address");
    }
    AppListener present = present(worker, protocol, local);
    if (present != null) {
      return share(worker, present, what);
    }
    if (plane.listeners().all().size() >= plane.limits().maxListeners()) {
      throw plane.limit(plane.counters().listeners(), plane.limits().maxListeners(), what);
    }
    return start(worker, protocol, options, what);
  }

  void unlisten(ApplicationWorker worker, long handle) {
    plane.assertMain();
    AppListener listener = plane.listeners().get(handle);
    String what = "unlisten of " + Handle.text(handle) + " by '" + worker.name() + "'";
    if (worker.isDetached()) {
      throw plane.failure(SessionError.NOAPP, what);
    }
    if (listener == null) {
      throw plane.failure(SessionError.NOLISTEN, what);
    }
    if (!listener.has(worker)) {
      throw plane.failure(SessionError.OWNER, what);
    }
    leave(worker, listener);
  }

  void leaveAll(ApplicationWorker worker) {
    for (AppListener listener : List.copyOf(plane.listeners().all())) {
      if (listener.has(worker)) {
        leave(worker, listener);
      }
    }
  }

  /** Ends every listener of a transport that goes; one that has a network side beside its local one keeps that. */
  void stopAll(TransportEntry transport) {
    for (AppListener listener : List.copyOf(plane.listeners().all())) {
      AppListener.Listening local = listener.local();
      if (uses(listener.global(), transport) || listener.global() == null && uses(local, transport)) {
        for (AppListener.Member member : listener.members()) {
          listener.leave(member.worker());
        }
        stop(listener);
      } else if (local != null && uses(local, transport)) {
        plane.listeners().withoutLocal(listener);
        stop(local);
      }
    }
  }

  private static boolean uses(AppListener.@Nullable Listening listening, TransportEntry transport) {
    return listening != null && listening.transport() == transport;
  }

  // ---- Starting.

  private @Nullable AppListener present(ApplicationWorker worker, Protocol protocol, Endpoint local) {
    Namespace namespace = worker.application().namespace();
    Set<Scope> scopes = scopes(worker, protocol);
    AppListener found = null;
    if (scopes.contains(Scope.LOCAL)) {
      found = plane.listeners().exact(ListenKey.local(namespace, protocol.name(), local));
    }
    if (found == null && scopes.contains(Scope.GLOBAL)) {
      found = plane.listeners().exact(ListenKey.global(table(namespace, local), protocol.name(), local));
    }
    return found;
  }

  private long share(ApplicationWorker worker, AppListener present, String what) {
    if (present.application() != worker.application() || present.has(worker)) {
      throw plane.failure(SessionError.ALREADY_LISTENING, what);
    }
    present.join(worker, worker.newMemory());
    return present.handle();
  }

  private long start(ApplicationWorker worker, Protocol protocol, ListenOptions options, String what) {
    Namespace namespace = worker.application().namespace();
    int table = table(namespace, options.local());
    EndpointConfig config = new EndpointConfig()
        .set(Endpoint.ANY_IP4, options.local(), table)
        .wishes(0, 0, options.flags(), options.extensions())
        .secure(protocol.secure())
        .origin(Handle.INVALID, protocol.transport().id());
    AppListener listener =
        new AppListener(worker.application(), protocol, config, plane.localSegments());
    Set<Scope> scopes = scopes(worker, protocol);
    int error = 0;
    if (scopes.contains(Scope.GLOBAL)) {
      error = startGlobal(listener, protocol.transport(), ListenKey.global(table, protocol.name(), options.local()));
    }
    if (error == 0 && scopes.contains(Scope.LOCAL)) {
      error = startLocal(listener, ListenKey.local(namespace, protocol.name(), options.local()));
    }
    if (error != 0) {
      stop(listener);
      throw plane.failure(SessionError.of(error), what);
    }
    listener.join(worker, worker.newMemory());
    plane.listeners().publish(listener);
    return listener.handle();
  }

  private int startGlobal(AppListener listener, TransportEntry transport, ListenKey key) {
    AppListener.Listening listening = startSession(listener, transport);
    if (listening.session() < 0) {
      return (int) listening.session();
    }
    listener.global(listening);
    plane.listeners().add(listener, key);
    return 0;
  }

  /** Local connects need the transport with the trait LOCAL; a listener that has a network side waits for it. */
  private int startLocal(AppListener listener, ListenKey key) {
    TransportEntry transport = plane.transports().local();
    if (transport == null && listener.global() == null) {
      return SessionError.NOSUPPORT.code();
    }
    if (transport == null) {
      plane.listeners().add(listener, key);
      return 0;
    }
    AppListener.Listening listening = startSession(listener, transport);
    if (listening.session() < 0) {
      return (int) listening.session();
    }
    listener.local(listening);
    plane.listeners().add(listener, key);
    return 0;
  }

  private AppListener.Listening startSession(AppListener listener, TransportEntry transport) {
    long session = plane.sessions().openListening(transport, listener.config().originalProtocol());
    if (session < 0) {
      return new AppListener.Listening(session, transport, Handle.INVALID);
    }
    long transportListener;
    try {
      transportListener = transport.vft().startListen(session, listener.config());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("startListen", e);
      transportListener = SessionError.UNKNOWN.code();
    }
    if (transportListener < 0) {
      plane.sessions().closeListening(session);
      return new AppListener.Listening(transportListener, transport, Handle.INVALID);
    }
    AppListener.Listening listening = new AppListener.Listening(session, transport, transportListener);
    try {
      plane.sessions().listening(session, transport.vft().listener(transportListener));
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("listener", e);
      stop(listening);
      return new AppListener.Listening(SessionError.UNKNOWN.code(), transport, Handle.INVALID);
    }
    return listening;
  }

  // ---- Stopping.

  private void leave(ApplicationWorker worker, AppListener listener) {
    listener.leave(worker);
    if (listener.members().length == 0) {
      stop(listener);
    }
  }

  private void stop(AppListener listener) {
    plane.listeners().remove(listener);
    stop(listener.global());
    stop(listener.local());
  }

  private void stop(AppListener.@Nullable Listening listening) {
    if (listening == null) {
      return;
    }
    try {
      listening.transport().vft().stopListen(listening.transportListener());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      listening.transport().faults().caught("stopListen", e);
    }
    plane.sessions().closeListening(listening.session());
  }

  /** The scopes a listener of this protocol has: the local transport has no network side. */
  private static Set<Scope> scopes(ApplicationWorker worker, Protocol protocol) {
    if (protocol.transport().local()) {
      return EnumSet.of(Scope.LOCAL);
    }
    Set<Scope> wanted = worker.application().options().scopes();
    return wanted.isEmpty() ? EnumSet.of(Scope.GLOBAL) : wanted;
  }

  private static int table(Namespace namespace, Endpoint endpoint) {
    return endpoint.table() == Endpoint.NAMESPACE_TABLE ? namespace.table() : endpoint.table();
  }
}
