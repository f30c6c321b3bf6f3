package org.sluice.core.application;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionUri;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.EndpointFlag;

/** Listening: the checks, the listening sessions of the transports, and who shares them. Worker 0. */
final class Listens {
  private static final Logger LOG = LoggerFactory.getLogger(Listens.class);

  /** Who is to have a key of the network's tables, and by which protocol. */
  record Claim(AttachedApplication application, String protocol) {}

  private final ControlPlane plane;
  private final DatagramListens datagrams;

  Listens(ControlPlane plane) {
    this.plane = plane;
    datagrams = new DatagramListens(plane);
  }

  CompletableFuture<Long> listen(ApplicationWorker worker, String uri) {
    SessionUri parsed;
    try {
      parsed = SessionUri.parse(uri);
    } catch (IllegalArgumentException e) {
      throw plane.failure(SessionError.INVALID, "listen: " + e.getMessage());
    }
    return listen(worker, new ListenOptions(parsed.protocol(), parsed.endpoint(), Set.of(), List.of()));
  }

  /** Completes with the handle once the listener has what it needs on all workers. */
  CompletableFuture<Long> listen(ApplicationWorker worker, ListenOptions options) {
    plane.assertMain();
    String what = "listen on " + options.protocol() + "://" + options.local() + " by '" + worker.name() + "'";
    plane.requireOn(what);
    if (worker.isDetached()) {
      throw plane.failure(SessionError.NOAPP, what);
    }
    Protocol protocol = Protocol.resolve(plane, options.protocol(), what);
    Endpoint local = options.local();
    if (local.port() != 0 && options.flags().contains(EndpointFlag.PROXY)) {
      throw plane.failure(SessionError.NOSUPPORT, what + " as a proxy, which has no port");
    }
    Namespace namespace = worker.application().namespace();
    if (!namespace.admits(local) || !namespace.owns(local.addressHigh(), local.addressLow())) {
      throw plane.failure(SessionError.INVALID_NS, what + ", whose namespace has no such address");
    }
    AppListener present = present(worker, protocol, local);
    if (present != null) {
      share(worker, present, protocol, what);
      return ready(worker, present, what);
    }
    requireRoom(what);
    AppListener listener = start(worker.application(), protocol, options, scopes(worker, protocol), false, what);
    listener.join(worker, worker.newMemory());
    plane.listeners().publish(listener);
    return ready(worker, listener, what);
  }

  /** A listener of a proxy that nobody asked for one by one, shared by all of its workers. */
  void startProxy(
      List<ApplicationWorker> workers, Protocol protocol, ListenOptions options, Set<Scope> scopes, String what) {
    requireRoom(what);
    AppListener listener = start(workers.getFirst().application(), protocol, options, scopes, true, what);
    workers.forEach(worker -> listener.join(worker, worker.newMemory()));
    plane.listeners().publish(listener);
    workers.forEach(worker -> openProxy(worker, listener, false));
  }

  /** Gives a proxy that is one on this host alone its network side; when that is refused it stays as it is. */
  void widenProxy(AppListener listener, Protocol protocol, String what) {
    Namespace namespace = listener.application().namespace();
    Endpoint network = networkSide(namespace.place(), listener.wanted(), what);
    // The transport may have come anew since the listener was made.
    EndpointConfig config = elsewhere(listener.config(), network, namespace.table(network.isIp4()))
        .origin(Handle.INVALID, protocol.transport().id());
    AppListener.Listening listening = startSession(config, protocol.transport());
    if (listening.session() < 0) {
      throw plane.failure(SessionError.of(listening.session()), what);
    }
    listener.global(listening);
    plane.listeners().rekey(listener, keysWith(listener, config), config);
    Arrays.stream(listener.members()).forEach(member -> openProxy(member.worker(), listener, false));
  }

  /** A further worker shares a listener that its application has as a proxy. */
  void joinProxy(ApplicationWorker worker, AppListener listener) {
    listener.join(worker, worker.newMemory());
    openProxy(worker, listener, true);
  }

  private void openProxy(ApplicationWorker worker, AppListener listener, boolean joins) {
    var _ = datagrams.open(worker, listener).thenAccept(error -> {
      if (error != SessionError.NONE && isUnserved(worker, listener)) {
        boolean stays = !joins && listener.local() != null;
        LOG.warn("'{}' is {} proxy of {} at {}: {}", worker.name(), stays ? "only on this host a" : "no",
            listener.protocol(), listener.wanted(), error.text());
        if (stays) {
          leaveNetworkUnlessServed(listener);
        } else {
          leave(worker, listener);
        }
      }
    });
  }

  /** A listener of datagrams that no member has sessions for is one on this host alone. */
  private void leaveNetworkUnlessServed(AppListener listener) {
    AppListener.Listening global = listener.global();
    if (listener.local() != null && listener.sharesDatagrams() && !datagrams.serves(listener)) {
      plane.listeners().withoutGlobal(listener);
      stop(global);
    }
  }

  private void requireRoom(String what) {
    if (plane.listeners().all().size() >= plane.limits().maxListeners()) {
      throw plane.limit(plane.counters().listeners(), plane.limits().maxListeners(), what);
    }
  }

  private CompletableFuture<Long> ready(ApplicationWorker worker, AppListener listener, String what) {
    long handle = listener.handle();
    return datagrams.open(worker, listener).thenApply(error -> {
      if (error == SessionError.NONE) {
        return handle;
      }
      if (isUnserved(worker, listener)) {
        leave(worker, listener);
      }
      throw plane.failure(error, what);
    });
  }

  /** Whether what failed was the last try: the application worker may have left, and joined anew, meanwhile. */
  private boolean isUnserved(ApplicationWorker worker, AppListener listener) {
    return listener.has(worker) && !datagrams.serves(worker, listener);
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
    if (listener.isAutomatic()) {
      throw plane.failure(SessionError.NOSUPPORT, what + ", which stays while it is a proxy");
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
        end(listener);
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
    Endpoint network = namespace.place().listening(local);
    if (found == null && network != null && scopes.contains(Scope.GLOBAL)) {
      found = plane.listeners()
          .exact(ListenKey.global(namespace.table(local.isIp4()), protocol.transport().name(), network));
    }
    return found;
  }

  private void share(ApplicationWorker worker, AppListener present, Protocol protocol, String what) {
    boolean own = present.application() == worker.application() && present.protocol().equals(protocol.name());
    if (!own || present.has(worker)) {
      throw plane.failure(SessionError.ALREADY_LISTENING, what);
    }
    present.join(worker, worker.newMemory());
  }

  /** Starts a listener that has no members and is not published yet. */
  private AppListener start(AttachedApplication application, Protocol protocol, ListenOptions options,
      Set<Scope> scopes, boolean automatic, String what) {
    Namespace namespace = application.namespace();
    Endpoint wanted = options.local();
    Endpoint network = wanted;
    int table = namespace.table(wanted.isIp4());
    if (scopes.contains(Scope.GLOBAL)) {
      network = networkSide(namespace.place(), wanted, what);
    }
    EndpointConfig config = new EndpointConfig()
        .set(Endpoint.ANY_IP4, network, table)
        .wishes(0, 0, options.flags(), options.extensions())
        .secure(protocol.secure())
        .origin(Handle.INVALID, protocol.transport().id());
    AppListener listener =
        new AppListener(application, protocol, wanted, config, plane.localSegments(), automatic);
    int error = 0;
    if (scopes.contains(Scope.GLOBAL)) {
      TransportEntry transport = protocol.transport();
      error = startGlobal(listener, transport, ListenKey.global(table, transport.name(), network));
    }
    if (error == 0 && scopes.contains(Scope.LOCAL)) {
      error = startLocal(listener, ListenKey.local(namespace, protocol.name(), wanted));
    }
    if (error != 0) {
      stop(listener);
      throw plane.failure(SessionError.of(error), what);
    }
    return listener;
  }

  /** Where the network is listened on, or the failure. */
  private Endpoint networkSide(Namespace.Place place, Endpoint wanted, String what) {
    if (place.table(wanted.isIp4()) == NamespaceBinding.ABSENT) {
      throw plane.failure(SessionError.INVALID_NS, what + ", whose namespace has no table of that family");
    }
    Endpoint network = place.listening(wanted);
    if (network == null) {
      throw plane.failure(SessionError.NOIP, what + ", whose interface has no address of that family");
    }
    return network;
  }

  private int startGlobal(AppListener listener, TransportEntry transport, ListenKey key) {
    AppListener.Listening listening = startSession(listener.config(), transport);
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
    AppListener.Listening listening = startSession(listener.config().copy().local(listener.wanted()), transport);
    if (listening.session() < 0) {
      return (int) listening.session();
    }
    listener.local(listening);
    plane.listeners().add(listener, key);
    return 0;
  }

  private AppListener.Listening startSession(EndpointConfig config, TransportEntry transport) {
    long session = plane.sessions().listeningSessions().open(transport, config.originalProtocol());
    if (session < 0) {
      return new AppListener.Listening(session, transport, Handle.INVALID);
    }
    AppListener.Listening listening = startOn(session, config, transport);
    if (listening.session() < 0) {
      plane.sessions().listeningSessions().close(session);
    }
    return listening;
  }

  /** Has a transport listen for a listening session; without success the session in the result is the error. */
  private AppListener.Listening startOn(long session, EndpointConfig config, TransportEntry transport) {
    long transportListener;
    try {
      transportListener = transport.vft().startListen(session, config);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("startListen", e);
      transportListener = SessionError.UNKNOWN.code();
    }
    if (transportListener < 0) {
      return new AppListener.Listening(transportListener, transport, Handle.INVALID);
    }
    AppListener.Listening listening = new AppListener.Listening(session, transport, transportListener);
    try {
      plane.sessions().listeningSessions().shown(session, transport.vft().listener(transportListener));
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("listener", e);
      stopOn(listening);
      return new AppListener.Listening(SessionError.UNKNOWN.code(), transport, Handle.INVALID);
    }
    return listening;
  }

  // ---- Moving.

  /**
   * Throws when a listener that an application asked for could not follow its namespace to another place; adds the keys
   * that they are to have to those which are taken.
   */
  void checkMove(
      Namespace namespace, Namespace.Place place, Map<ListenKey, Claim> taken, String what) {
    for (AppListener listener : onNetwork(namespace)) {
      if (listener.isAutomatic()) {
        continue;
      }
      String who = what + ", where '" + listener.application().options().name() + "' listens on "
          + listener.protocol() + "://" + listener.wanted();
      Endpoint network = networkSide(place, listener.wanted(), who);
      ListenKey key = ListenKey.global(place.table(network.isIp4()), listener.networkProtocol(), network);
      AppListener present = plane.listeners().exact(key);
      boolean stays = present != null && present.application().namespace() != namespace;
      if (stays || taken.put(key, new Claim(listener.application(), listener.protocol())) != null) {
        throw plane.failure(SessionError.ALREADY_LISTENING, who);
      }
    }
  }

  /**
   * Lets the listeners of a namespace follow it to its new place, after {@link #checkMove}. Their sessions and handles
   * stay; one whose transport does not listen there ends.
   */
  void moved(Namespace namespace) {
    Map<AppListener, EndpointConfig> moving = new LinkedHashMap<>();
    for (AppListener listener : onNetwork(namespace)) {
      Endpoint network = networkSide(namespace.place(), listener);
      int table = namespace.table(listener.wanted().isIp4());
      EndpointConfig before = listener.config();
      if (network == null) {
        end(listener);
      } else if (before.table() != table || !before.local().equals(network)) {
        stopOn(listener.global());
        plane.listeners().giveUpKeys(listener);
        moving.put(listener, elsewhere(before, network, table));
      }
    }
    moving.forEach(this::restart);
  }

  private void restart(AppListener listener, EndpointConfig config) {
    AppListener.Listening before = listener.global();
    if (before == null) {
      return;
    }
    AppListener.Listening after = startOn(before.session(), config, before.transport());
    if (after.session() >= 0) {
      listener.global(after);
      plane.listeners().rekey(listener, keysWith(listener, config), config);
      datagrams.moved(listener, (worker, error) -> staysBehind(worker, listener, error));
      return;
    }
    plane.counters().lostListeners().increment(0);
    LOG.warn("application '{}' does not listen on {}://{} any more: {} did not follow its namespace there ({})",
        listener.application().options().name(), listener.protocol(), listener.wanted(), before.transport().name(),
        SessionError.of(after.session()));
    for (AppListener.Member member : listener.members()) {
      listener.leave(member.worker());
    }
    plane.listeners().remove(listener);
    datagrams.ended(listener);
    plane.sessions().listeningSessions().close(before.session());
    stop(listener.local());
  }

  /**
   * A worker of a listener has no sessions at its new place: it does not listen there, as if the transport had refused;
   * what the listener has on this host stays.
   */
  private void staysBehind(ApplicationWorker worker, AppListener listener, SessionError error) {
    if (!isUnserved(worker, listener)) {
      return;
    }
    plane.counters().lostListeners().increment(0);
    boolean stays = listener.local() != null;
    LOG.warn("application '{}' does not listen on {}://{} any more{}: its sessions did not follow its namespace ({})",
        worker.name(), listener.protocol(), listener.wanted(), stays ? " but on this host" : "", error.text());
    if (stays) {
      leaveNetworkUnlessServed(listener);
    } else {
      leave(worker, listener);
    }
  }

  private static EndpointConfig elsewhere(EndpointConfig before, Endpoint network, int table) {
    return new EndpointConfig()
        .set(before.remote(), network, table)
        .wishes(before.mssBytes(), before.dscp(), before.flags(), before.extensions())
        .origin(Handle.INVALID, before.originalProtocol());
  }

  /** The keys of a listener when its network side is by this config. */
  private static List<ListenKey> keysWith(AppListener listener, EndpointConfig config) {
    List<ListenKey> keys = new ArrayList<>(listener.keys());
    keys.removeIf(key -> key.scope() >= 0);
    keys.addFirst(ListenKey.global(config.table(), listener.networkProtocol(), config.local()));
    return keys;
  }

  private static @Nullable Endpoint networkSide(Namespace.Place place, AppListener listener) {
    Endpoint wanted = listener.wanted();
    return place.table(wanted.isIp4()) == NamespaceBinding.ABSENT ? null : place.listening(wanted);
  }

  private List<AppListener> onNetwork(Namespace namespace) {
    return plane.listeners().all().stream()
        .filter(listener -> listener.global() != null && listener.application().namespace() == namespace)
        .toList();
  }

  // ---- Stopping.

  /** A session of a listener of datagrams has ended by itself. */
  void sessionLost(ApplicationWorker worker, long session) {
    datagrams.lost(worker, session);
  }

  private void leave(ApplicationWorker worker, AppListener listener) {
    listener.leave(worker);
    datagrams.left(worker, listener);
    if (listener.members().length == 0) {
      stop(listener);
    } else {
      leaveNetworkUnlessServed(listener);
    }
  }

  /** Ends a listener for all who share it. */
  void end(AppListener listener) {
    for (AppListener.Member member : listener.members()) {
      listener.leave(member.worker());
    }
    stop(listener);
  }

  private void stop(AppListener listener) {
    plane.listeners().remove(listener);
    datagrams.ended(listener);
    stop(listener.global());
    stop(listener.local());
  }

  private void stop(AppListener.@Nullable Listening listening) {
    if (listening == null) {
      return;
    }
    stopOn(listening);
    plane.sessions().listeningSessions().close(listening.session());
  }

  private static void stopOn(AppListener.@Nullable Listening listening) {
    if (listening == null) {
      return;
    }
    try {
      listening.transport().vft().stopListen(listening.transportListener());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      listening.transport().faults().caught("stopListen", e);
    }
  }

  private static Set<Scope> scopes(ApplicationWorker worker, Protocol protocol) {
    return scopes(worker.application().options(), protocol);
  }

  /** The scopes a listener of this protocol has: the local transport has no network side. */
  static Set<Scope> scopes(AttachOptions options, Protocol protocol) {
    if (protocol.transport().local()) {
      return EnumSet.of(Scope.LOCAL);
    }
    Set<Scope> wanted = options.scopes();
    return wanted.isEmpty() ? EnumSet.of(Scope.GLOBAL) : wanted;
  }
}
