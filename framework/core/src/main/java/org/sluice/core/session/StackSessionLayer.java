package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.FifoLease;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/** What transports call: finds the worker and session of a connection and passes the call on. */
final class StackSessionLayer implements SessionLayer {
  private final WorkerSet stackWorkers;
  private final SessionWorker[] workers;
  private final WorkerOpens[] opens;
  private final HalfOpens halfOpens;
  private final SessionLookup lookup;
  private final ListenerSessions listenerSessions;
  private final LocalEndpoints localEndpoints;

  StackSessionLayer(
      WorkerSet stackWorkers,
      SessionWorker[] workers,
      WorkerOpens[] opens,
      SessionLookup lookup,
      ListenerSessions listenerSessions,
      LocalEndpoints localEndpoints) {
    this.stackWorkers = stackWorkers;
    this.workers = workers;
    this.opens = opens;
    halfOpens = workers[0].halfOpens();
    this.lookup = lookup;
    this.listenerSessions = listenerSessions;
    this.localEndpoints = localEndpoints;
  }

  // ---- Opens.

  @Override
  public long streamAccept(TransportConnection connection, long listener) {
    int worker = here(connection);
    return isOpen(connection, worker)
        ? opens[worker].sessions().accept(connection, listener)
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
        ? opens[worker].streams().isWelcome(session) : opens[worker].sessions().isListening(session.listener);
    return welcome
        ? session.home.lifecycle().acceptNotify(session)
        : session.home.refused(session.has(SessionFlags.STREAM) ? SessionError.CLOSED : SessionError.NOLISTEN);
  }

  @Override
  public long acceptStream(TransportConnection stream, TransportConnection parent) {
    return opens[here(stream)].streams().accept(stream, parent);
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
    return opens[here(connection)].sessions().connect(halfOpen, connection);
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
    opens[0].reports().migrate(halfOpen);
  }

  @Override
  public int halfOpenMigrated(long halfOpen) {
    return reports().migrated(halfOpen);
  }

  @Override
  public long acceptLocal(TransportConnection server, long listener, long halfOpen) {
    int worker = here(server);
    return isOpen(server, worker)
        ? opens[worker].sessions().acceptLocal(server, listener, halfOpen)
        : workers[worker].refused(SessionError.NOSUPPORT);
  }

  @Override
  public long connectLocal(TransportConnection client, TransportConnection server, long halfOpen) {
    return opens[here(client)].sessions().connectLocal(client, server, halfOpen);
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
      FifoNotices.readable(session);
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
  public int growRx(TransportConnection connection, int capacityBytes) {
    StackSession session = session(connection);
    FifoProducer fifo = session == null ? null : session.rxIn;
    if (session == null || fifo == null) {
      return SessionError.NOSESSION.code();
    }
    long present = fifo.capacityBytes();
    FifoLease lease = session.lease;
    if (capacityBytes > present && lease != null) {
      present = Math.min(capacityBytes, lease.mostRxBytes(present));
      fifo.capacityBytes(present);
    }
    return (int) Math.min(Integer.MAX_VALUE, present);
  }

  @Override
  public void wantRxSpace(TransportConnection connection, int thresholdBytes) {
    StackSession session = session(connection);
    if (session != null) {
      FifoNotices.wantRxSpace(session, thresholdBytes);
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
    FifoNotices.dequeued(session, fifo);
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
    return opens[here.index()].reports();
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
