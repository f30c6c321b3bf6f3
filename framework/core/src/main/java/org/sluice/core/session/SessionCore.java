package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/** The session layer as transports call it: finds the worker and session of a connection and passes the call on. */
public final class SessionCore implements SessionLayer {
  private final SessionWorker[] workers;
  private final SessionOpens[] opens;
  private final StreamOpens[] streams;
  private final HalfOpenReports[] reports;
  private final HalfOpens halfOpens;
  private final SessionLookup lookup;
  private final ListenerSessions listenerSessions;
  private final ListeningSessions listeningSessions;
  private final LocalEndpoints localEndpoints;
  private final WorkerSet stackWorkers;

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
    this.localEndpoints = localEndpoints;
    workers = new SessionWorker[stackWorkers.count()];
    FlowHolders holders = new FlowHolders(shared.flows(), workers);
    opens = new SessionOpens[workers.length];
    streams = new StreamOpens[workers.length];
    reports = new HalfOpenReports[workers.length];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new SessionWorker(stackWorkers.worker(i), shared, holders, maxSessions);
    }
    halfOpens = new HalfOpens(workers[0], holders);
    for (int i = 0; i < workers.length; i++) {
      reports[i] = new HalfOpenReports(halfOpens, holders);
      opens[i] = new SessionOpens(workers[i], listeners, halfOpens, reports[i]);
      streams[i] = new StreamOpens(workers[i], opens[i], shared.maxStreamsPerSession());
    }
    listenerSessions = new ListenerSessions(workers, opens, listeners, shared.flows());
    listeningSessions = new ListeningSessions(workers[0]);
    lookup = new SessionLookup(shared, workers, halfOpens, listeners);
  }

  /** Listeners by handle and by flow. */
  public interface Listeners extends ListenerDirectory, ListenerLookup {}

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
    return opens[0].connectionless(owner, transport, config, opaque);
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
    return streams[worker].connect(owner, options, opaque);
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
   * and half-opens are the business of {@link HalfOpens#evict}.
   *
   * @param transport the transport
   * @return completes when no worker has any
   */
  public CompletableFuture<Void> evict(TransportEntry transport) {
    // Once more behind those that were on their way from one worker to another, which leave their transport on arrival;
    // by now no more of them set out. Inline it would overtake one that is on its way to the calling worker.
    return evictOnce(transport).thenComposeAsync(
        done -> evictOnce(transport), next -> stackWorkers.worker(0).newControlSlot(next).post());
  }

  private CompletableFuture<Void> evictOnce(TransportEntry transport) {
    List<CompletableFuture<Integer>> evicting = new ArrayList<>();
    for (SessionWorker worker : workers) {
      evicting.add(stackWorkers.call(worker.index(), () -> worker.evict(transport)));
    }
    return CompletableFuture.allOf(evicting.toArray(CompletableFuture[]::new));
  }

  // ---- Opens.

  @Override
  public long streamAccept(TransportConnection connection, long listener) {
    int worker = here(connection);
    return isOpen(connection, worker)
        ? opens[worker].accept(connection, listener)
        : workers[worker].refused(SessionError.NOSUPPORT);
  }

  @Override
  public int acceptNotify(TransportConnection connection) {
    StackSession session = session(connection);
    if (session == null) {
      return SessionError.NOSESSION.code();
    }
    int worker = session.home.index();
    // Nobody listens any more: the handshake ends before an application hears of it.
    boolean welcome = session.has(SessionFlags.STREAM)
        ? streams[worker].isWelcome(session) : opens[worker].isListening(session.listener);
    return welcome
        ? session.home.lifecycle().acceptNotify(session)
        : session.home.refused(session.has(SessionFlags.STREAM) ? SessionError.CLOSED : SessionError.NOLISTEN);
  }

  @Override
  public long acceptStream(TransportConnection stream, TransportConnection parent) {
    return streams[here(stream)].accept(stream, parent);
  }

  @Override
  public long datagramAccept(TransportConnection connection, long listener) {
    long handle = streamAccept(connection, listener);
    if (handle >= 0) {
      acceptNotify(connection);
    }
    return handle;
  }

  @Override
  public long datagramSession(long listener, FlowKey key) {
    Worker here = stackWorkers.current();
    return listenerSessions.find(here == null ? 0 : here.index(), listener, key);
  }

  @Override
  public long connectNotify(long halfOpen, @Nullable TransportConnection connection, int error) {
    if (connection == null) {
      SessionError told = SessionError.of(error);
      return reports().fail(halfOpen, told == SessionError.NONE ? SessionError.UNKNOWN.code() : told.code());
    }
    return opens[here(connection)].connect(halfOpen, connection);
  }

  @Override
  public void halfOpenDeleteNotify(long halfOpen) {
    reports().delete(halfOpen, null);
  }

  @Override
  public void halfOpenDeleteRequest(long halfOpen, Runnable free) {
    if (!reports().delete(halfOpen, free)) {
      halfOpens.runLate(free);
    }
  }

  @Override
  public void halfOpenMigrate(long halfOpen) {
    assert workers[0].isCurrent() : "half-open " + Handle.text(halfOpen) + " migrates from " + stackWorkers.current();
    reports[0].migrate(halfOpen);
  }

  @Override
  public int halfOpenMigrated(long halfOpen) {
    return reports().migrated(halfOpen);
  }

  @Override
  public long acceptLocal(TransportConnection server, long listener, long halfOpen) {
    int worker = here(server);
    return isOpen(server, worker)
        ? opens[worker].acceptLocal(server, listener, halfOpen)
        : workers[worker].refused(SessionError.NOSUPPORT);
  }

  @Override
  public long connectLocal(TransportConnection client, TransportConnection server, long halfOpen) {
    return opens[here(client)].connectLocal(client, server, halfOpen);
  }

  // ---- Moves.

  @Override
  public int migrate(TransportConnection connection, TransportConnection successor) {
    int worker = here(connection);
    int target = successor.workerIndex();
    SessionError error = workers[worker].migrations().migrate(connection, successor, workers[target]);
    return error == SessionError.NONE ? 0 : workers[worker].refused(error);
  }

  // ---- Ends.

  @Override
  public void closingNotify(TransportConnection connection) {
    StackSession session = session(connection);
    if (session != null) {
      session.home.lifecycle().closingNotify(session);
    }
  }

  @Override
  public void resetNotify(TransportConnection connection) {
    StackSession session = session(connection);
    if (session != null) {
      session.home.lifecycle().resetNotify(session);
    }
  }

  @Override
  public void closedNotify(TransportConnection connection) {
    StackSession session = session(connection);
    if (session != null) {
      session.home.lifecycle().closedNotify(session);
    }
  }

  @Override
  public void deleteNotify(TransportConnection connection) {
    StackSession session = session(connection);
    if (session != null) {
      session.home.lifecycle().deleteNotify(session, null);
    }
    connection.sessionHandle(Handle.INVALID);
  }

  @Override
  public void deleteRequest(TransportConnection connection, Runnable free) {
    StackSession session = session(connection);
    if (session != null) {
      session.home.lifecycle().deleteNotify(session, free);
    } else {
      free.run();
    }
  }

  // ---- Data.

  @Override
  public int enqueue(TransportConnection connection, MemorySegment source, long offset, int lengthBytes) {
    StackSession session = session(connection);
    FifoProducer fifo = session == null ? null : session.rxInForWrite();
    if (session == null || fifo == null) {
      return SessionError.NOSESSION.code();
    }
    int grown = fifo.enqueue(source, offset, lengthBytes);
    return grown < 0 ? session.home.fifoError(session, grown) : grown;
  }

  @Override
  public int enqueueAt(
      TransportConnection connection, int distanceBytes, MemorySegment source, long offset, int lengthBytes) {
    StackSession session = session(connection);
    FifoProducer fifo = session == null ? null : session.rxInForWrite();
    if (session == null || fifo == null) {
      return SessionError.NOSESSION.code();
    }
    int kept = fifo.enqueueAt(distanceBytes, source, offset, lengthBytes);
    return kept < 0 ? session.home.fifoError(session, kept) : kept;
  }

  @Override
  public int enqueueDatagram(TransportConnection connection, MemorySegment source, long offset, int lengthBytes) {
    StackSession session = session(connection);
    FifoProducer fifo = session == null ? null : session.rxInForWrite();
    if (session == null || fifo == null) {
      return SessionError.NOSESSION.code();
    }
    return session.home.datagrams().receive(session, fifo, source, offset, lengthBytes);
  }

  @Override
  public int enqueueDatagram(
      TransportConnection connection, DatagramAddress address, MemorySegment source, long offset, int lengthBytes) {
    StackSession session = session(connection);
    FifoProducer fifo = session == null ? null : session.rxInForWrite();
    if (session == null || fifo == null) {
      return SessionError.NOSESSION.code();
    }
    return session.home.datagrams().receive(session, fifo, address, source, offset, lengthBytes);
  }

  @Override
  public void enqueueNotify(TransportConnection connection) {
    StackSession session = session(connection);
    // After the end was announced nothing is: the order of notifications is a contract.
    if (session != null
        && session.has(SessionFlags.ANNOUNCED)
        && session.state.compareTo(SessionState.TRANSPORT_CLOSING) < 0) {
      session.home.announceReadable(session);
    }
  }

  @Override
  public int rxSpace(TransportConnection connection) {
    StackSession session = session(connection);
    FifoProducer fifo = session == null ? null : session.rxIn;
    return fifo == null ? SessionError.NOSESSION.code() : fifo.writableBytes();
  }

  @Override
  public int rxCapacity(TransportConnection connection) {
    StackSession session = session(connection);
    FifoProducer fifo = session == null ? null : session.rxIn;
    return fifo == null
        ? SessionError.NOSESSION.code()
        : (int) Math.min(Integer.MAX_VALUE, fifo.capacityBytes());
  }

  @Override
  public void wantRxSpace(TransportConnection connection, int thresholdBytes) {
    StackSession session = session(connection);
    if (session != null) {
      session.home.wantRxSpace(session, thresholdBytes);
    }
  }

  @Override
  public int txReadable(TransportConnection connection) {
    FifoConsumer fifo = txOut(connection);
    return fifo == null ? SessionError.NOSESSION.code() : fifo.readableBytes();
  }

  @Override
  public int txPeek(
      TransportConnection connection, int distanceBytes, MemorySegment target, long offset, int lengthBytes) {
    FifoConsumer fifo = txOut(connection);
    return fifo == null
        ? SessionError.NOSESSION.code()
        : fifo.peek(distanceBytes, target, offset, lengthBytes);
  }

  @Override
  public int txDrop(TransportConnection connection, int bytes) {
    StackSession session = session(connection);
    FifoConsumer fifo = session == null ? null : session.txOut;
    if (session == null || fifo == null) {
      return SessionError.NOSESSION.code();
    }
    int dropped = fifo.drop(bytes);
    session.home.txDequeued(session, fifo);
    return dropped;
  }

  @Override
  public void reschedule(TransportConnection connection) {
    StackSession session = session(connection);
    if (session != null) {
      session.home.tx().reschedule(session);
    }
  }

  @Override
  public void requestCustomTx(TransportConnection connection) {
    StackSession session = session(connection);
    if (session != null) {
      session.set(SessionFlags.CUSTOM_TX);
      session.home.tx().schedule(session);
    }
  }

  @Override
  public int unread(TransportConnection connection) {
    StackSession session = session(connection);
    return session == null ? 0 : (int) Math.max(0, SessionReadiness.waiting(session));
  }

  // ---- Lookup.

  @Override
  public void lookup(FlowKey key, LookupResult result) {
    lookup.packet(key, result);
  }

  @Override
  public @Nullable TransportConnection connection(long handle) {
    int worker = handle < 0 ? workers.length : Handle.worker(handle);
    if (worker >= workers.length || !workers[worker].isCurrent()) {
      return null;
    }
    StackSession session = workers[worker].pool().get(handle);
    return session == null ? halfOpens.connection(handle) : session.connection;
  }

  @Override
  public LocalEndpoints localEndpoints() {
    return localEndpoints;
  }

  // ---- Pieces.

  private int here(TransportConnection connection) {
    int worker = connection.workerIndex();
    assert workers[worker].isCurrent()
        : "connection of worker " + worker + " used on " + stackWorkers.current();
    return worker;
  }

  /** A transport that is being removed may still be asked by its peers; what it accepted now would outlive it. */
  private boolean isOpen(TransportConnection connection, int worker) {
    return workers[worker].transports().isOpen(connection.protocol());
  }

  private HalfOpenReports reports() {
    Worker here = stackWorkers.current();
    if (here == null) {
      throw new IllegalStateException("half-opens are reported on workers, not on " + Thread.currentThread().getName());
    }
    return reports[here.index()];
  }

  private @Nullable StackSession session(TransportConnection connection) {
    long handle = connection.sessionHandle();
    if (handle < 0) {
      return null;
    }
    SessionWorker worker = workers[Handle.worker(handle)];
    assert worker.isCurrent() : worker.notCurrent(handle);
    StackSession session = worker.pool().get(handle);
    return session != null && session.connection == connection ? session : null;
  }

  private @Nullable FifoConsumer txOut(TransportConnection connection) {
    StackSession session = session(connection);
    return session == null ? null : session.txOut;
  }
}
