package org.sluice.core.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.EndpointConfig;

/**
 * The session layer put together: its parts, and what the application layer asks of it. What transports are given is
 * its {@link #layer}.
 */
public final class SessionCore {
  private final WorkerSet stackWorkers;
  private final SessionWorker[] workers;
  private final WorkerOpens[] opens;
  private final HalfOpens halfOpens;
  private final SessionLookup lookup;
  private final ListenerSessions listenerSessions;
  private final ListeningSessions listeningSessions;
  private final StackSessionLayer layer;

  /**
   * Puts the layer together, one {@link SessionWorker} per worker.
   *
   * @param stackWorkers the workers of the stack
   * @param shared what the session workers share
   * @param listeners where listeners are found
   * @param localEndpoints the book of local endpoints
   * @param maxSessions the most sessions of each worker
   */
  public SessionCore(
      WorkerSet stackWorkers,
      SessionShared shared,
      Listeners listeners,
      LocalEndpoints localEndpoints,
      int maxSessions) {
    this.stackWorkers = stackWorkers;
    workers = new SessionWorker[stackWorkers.count()];
    FlowHolders holders = new FlowHolders(shared.flows(), workers);
    opens = new WorkerOpens[workers.length];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new SessionWorker(stackWorkers.worker(i), shared, holders, maxSessions);
    }
    halfOpens = new HalfOpens(workers[0], holders);
    for (int i = 0; i < workers.length; i++) {
      HalfOpenReports reports = new HalfOpenReports(halfOpens, holders);
      SessionOpens sessions = new SessionOpens(workers[i], listeners, halfOpens, reports);
      StreamOpens streams = new StreamOpens(workers[i], sessions, shared.maxStreamsPerSession());
      opens[i] = new WorkerOpens(sessions, streams, reports);
    }
    listenerSessions = new ListenerSessions(workers, opens, listeners, shared.flows());
    listeningSessions = new ListeningSessions(workers[0]);
    lookup = new SessionLookup(shared, workers, listeners);
    layer = new StackSessionLayer(stackWorkers, workers, opens, lookup, listenerSessions, localEndpoints);
  }

  /** Listeners by handle and by flow. */
  public interface Listeners extends ListenerDirectory, ListenerLookup {}

  /**
   * What transports are given.
   *
   * @return the session layer as they call it
   */
  public SessionLayer layer() {
    return layer;
  }

  /**
   * The session layer's part of a worker.
   *
   * @param index the worker
   * @return its part
   */
  public SessionWorker worker(int index) {
    return workers[index];
  }

  /**
   * The half-open sessions.
   *
   * @return those of worker 0
   */
  public HalfOpens halfOpens() {
    return halfOpens;
  }

  /**
   * What finds whom packets and connects are for.
   *
   * @return the lookup
   */
  public SessionLookup lookup() {
    return lookup;
  }

  /**
   * The sessions that serve listeners of datagrams.
   *
   * @return what opens and ends them
   */
  public ListenerSessions listenerSessions() {
    return listenerSessions;
  }

  /**
   * The sessions that stand for listeners.
   *
   * @return what makes and frees them
   */
  public ListeningSessions listeningSessions() {
    return listeningSessions;
  }

  /**
   * Flows of established and half-open sessions. Any context; a snapshot.
   *
   * @return entries of the lookup table
   */
  public int flows() {
    return lookup.flows();
  }

  // ---- What the application layer asks.

  /**
   * Opens a session of a connectionless transport: it is usable at once. Worker 0.
   *
   * @param owner the application worker
   * @param transport who carries it
   * @param config where to
   * @param opaque handed back with onConnected
   * @return its handle, or an error: nothing is left
   */
  public long openConnectionless(SessionOwner owner, TransportEntry transport, EndpointConfig config, long opaque) {
    return opens[0].sessions().connectionless(owner, transport, config, opaque);
  }

  /**
   * Opens a stream of a session. Worker of the parent.
   *
   * @param worker the calling worker
   * @param owner the application worker
   * @param options names the parent
   * @param opaque handed back with onConnected
   * @return the stream's handle, or an error, not counted yet: nothing is left
   */
  public long openStream(int worker, SessionOwner owner, ConnectOptions options, long opaque) {
    return opens[worker].streams().connect(owner, options, opaque);
  }

  /**
   * A session of an application worker. Worker of the session; null elsewhere.
   *
   * @param handle its handle
   * @param owner the application worker
   * @return the session, or null when the handle is stale or another's
   */
  public @Nullable Session session(long handle, SessionOwner owner) {
    int worker = handle < 0 ? workers.length : Handle.worker(handle);
    if (worker >= workers.length || !workers[worker].isCurrent()) {
      return null;
    }
    StackSession session = workers[worker].pool().get(handle);
    if (session == null) {
      return null;
    }
    EventLane lane = session.lane;
    return lane != null && lane.owner() == owner ? session : null;
  }

  /**
   * Whether an application worker may act on a session. Worker of the session.
   *
   * @param handle the session's handle
   * @param owner the application worker
   * @return NONE, NOSESSION or OWNER; errors are counted
   */
  public SessionError check(long handle, SessionOwner owner) {
    SessionWorker worker = workers[Handle.worker(handle)];
    StackSession session = worker.pool().get(handle);
    EventLane lane = session == null ? null : session.lane;
    if (session == null || lane == null) {
      return SessionError.of(worker.refused(SessionError.NOSESSION));
    }
    return lane.owner() == owner
        ? SessionError.NONE
        : SessionError.of(worker.refused(SessionError.OWNER));
  }

  /**
   * Gives a session to another application worker of its application. Worker of the session.
   *
   * @param handle the session's handle
   * @param owner who wants it
   * @return NONE, NOSESSION, OWNER, NOSUPPORT, NOAPP, CLOSED, CONFLICT or MQ_FULL; errors are counted
   */
  public SessionError takeOver(long handle, SessionOwner owner) {
    SessionWorker worker = workers[Handle.worker(handle)];
    SessionError error = worker.moves().takeOver(handle, owner);
    return error == SessionError.NONE ? error : SessionError.of(worker.refused(error));
  }

  /**
   * Ends every session that a transport carries: applications see a reset, connections are cleaned up. Listeners stay,
   * and half-opens were the business of {@link HalfOpens#evict} before this.
   *
   * @param transport the transport
   * @return completes when no worker has any; exceptionally when the stack is closed meanwhile
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The inner future is not ignored but unwrapped.
  public CompletableFuture<Void> evict(TransportEntry transport) {
    // Once more behind those that were on their way from one worker to another, which leave their transport on arrival;
    // by now no more of them set out. Inline it would overtake one that is on its way to the calling worker.
    return evictOnce(transport)
        .thenCompose(done -> stackWorkers.callLater(0, () -> evictAgain(transport)))
        .thenCompose(again -> again);
  }

  private CompletableFuture<Void> evictAgain(TransportEntry transport) {
    // Half-opens whose end another worker was just reporting: all workers have turned since.
    halfOpens.evict(transport);
    return evictOnce(transport);
  }

  private CompletableFuture<Void> evictOnce(TransportEntry transport) {
    List<CompletableFuture<Integer>> evicting = new ArrayList<>();
    for (SessionWorker worker : workers) {
      evicting.add(stackWorkers.call(worker.index(), () -> worker.admin().evict(transport)));
    }
    return CompletableFuture.allOf(evicting.toArray(CompletableFuture[]::new));
  }
}
