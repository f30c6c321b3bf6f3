package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.CustomTx;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/**
 * A virtual circuit to nowhere. A connect takes a local endpoint, as that of a network transport would, and stays
 * half-open until the operator answers or refuses it in the peer's place, or its time is up. One that was answered
 * swallows what is written to it. Nobody from outside ever reaches its listeners; the connects of this host find them
 * all the same, since those are local. Everything happens on worker 0.
 */
@Extension
public final class HoleTransport implements TransportVft {
  static final String NAME = "hole";
  private static final TransportDescriptor DESCRIPTOR =
      new TransportDescriptor(NAME, "H", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL);

  private final SessionLayer sessions;
  private final Worker main;
  private final LabSettings settings;
  private final Counter limitHits;
  private final Counter timeouts;
  private final Counter swallowed;
  private final Map<Long, HoleConnection> connections = new HashMap<>();
  /** Connects that wait, by half-open session; all wait equally long, so the first one is the next to time out. */
  private final Map<Long, HoleConnection> pending = new LinkedHashMap<>();
  private @Nullable Timer timer;
  private int protocolId;
  private long made;

  /**
   * Makes the transport of one stack.
   *
   * @param host what the plugin may use
   */
  @Inject
  public HoleTransport(HostServices host) {
    sessions = host.sessions();
    main = host.workers().worker(0);
    settings = LabSettings.of(host.configuration());
    limitHits = host.counters().counter("limit.pending", "Connects over hole refused because as many as may wait did.");
    timeouts = host.counters().counter("timeouts", "Connects over hole that nobody answered in time.");
    swallowed = host.counters().counter("swallowed", "Bytes written to answered connects of hole.");
  }

  @Override
  public TransportDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public void enable(int id) {
    protocolId = id;
    timer = main.newTimer(this::expire);
  }

  @Override
  public void disable() {
    if (timer != null) {
      timer.cancel();
    }
    pending.clear();
    connections.clear();
  }

  private long nextHandle() {
    long serial = made++;
    return Handle.of(0, (int) (serial % Handle.MAX_SLOTS), (int) (serial / Handle.MAX_SLOTS));
  }

  /** Forgets a connection and gives its local endpoint back. */
  private void free(HoleConnection connection) {
    if (connections.remove(connection.handle()) != null) {
      sessions.localEndpoints().release(connection);
    }
  }

  // ---- Listening and connecting.

  @Override
  public long startListen(long listener, EndpointConfig config) {
    HoleConnection header = HoleConnection.listener(nextHandle(), protocolId, config, listener);
    sessions.localEndpoints().share(header);
    connections.put(header.handle(), header);
    return header.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    HoleConnection header = connections.get(transportListener);
    if (header != null) {
      free(header);
    }
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    if (pending.size() >= settings.maxPending()) {
      limitHits.increment(0);
      return SessionError.LIMIT.code();
    }
    HoleConnection halfOpen = new HoleConnection(HoleConnection.Role.CIRCUIT, nextHandle(), protocolId);
    int error = sessions.localEndpoints().allocate(halfOpen, config);
    if (error != 0) {
      return error;
    }
    halfOpen.sessionHandle(session);
    halfOpen.deadlineNs = main.nowNs() + settings.connectTimeout().toNanos();
    connections.put(halfOpen.handle(), halfOpen);
    pending.put(session, halfOpen);
    armTimer();
    return halfOpen.handle();
  }

  private void armTimer() {
    Timer armed = timer;
    if (armed != null && !pending.isEmpty() && !armed.isScheduled()) {
      armed.schedule(pending.values().iterator().next().deadlineNs);
    }
  }

  private void expire(long nowNs) {
    for (HoleConnection halfOpen : List.copyOf(pending.values())) {
      if (halfOpen.deadlineNs > nowNs) {
        break;
      }
      timeouts.increment(0);
      refuse(halfOpen.sessionHandle(), SessionError.TIMEDOUT);
    }
    armTimer();
  }

  // ---- In the peer's place. Worker 0.

  /** Whether a half-open waits here. */
  boolean holds(long halfOpen) {
    return pending.containsKey(halfOpen);
  }

  /** The half-opens that wait, the oldest first. */
  List<Long> pending() {
    return List.copyOf(pending.keySet());
  }

  /** Lets a connect that waits succeed; returns the new session's handle, or an error: NOSESSION when it does not. */
  long answer(long halfOpen) {
    HoleConnection circuit = pending.remove(halfOpen);
    if (circuit == null) {
      return SessionError.NOSESSION.code();
    }
    long connected = sessions.connectNotify(halfOpen, circuit, 0);
    sessions.halfOpenDeleteNotify(halfOpen);
    if (connected < 0) {
      free(circuit);
    }
    return connected;
  }

  /** Lets a connect that waits fail; returns 0, or NOSESSION when it does not wait. */
  int refuse(long halfOpen, SessionError error) {
    HoleConnection circuit = pending.remove(halfOpen);
    if (circuit == null) {
      return SessionError.NOSESSION.code();
    }
    sessions.connectNotify(halfOpen, null, error.code());
    sessions.halfOpenDeleteNotify(halfOpen);
    free(circuit);
    return 0;
  }

  @Override
  public void cleanupHalfOpen(TransportConnection halfOpen) {
    pending.remove(halfOpen.sessionHandle());
    free((HoleConnection) halfOpen);
  }

  // ---- Data and ends.

  @Override
  public int customTx(TransportConnection connection, CustomTx tx) {
    int readable = sessions.txReadable(connection);
    if (readable <= 0) {
      return 0;
    }
    int bytes = sessions.txDrop(connection, readable);
    tx.dequeued(bytes);
    ((HoleConnection) connection).swallowedBytes += bytes;
    swallowed.add(0, bytes);
    return 1;
  }

  @Override
  public void close(TransportConnection connection) {
    sessions.closedNotify(connection);
    free((HoleConnection) connection);
    sessions.deleteNotify(connection);
  }

  @Override
  public void cleanup(TransportConnection connection) {
    free((HoleConnection) connection);
  }

  // ---- Retrieval and format.

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return connections.get(connection);
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    return connections.get(transportListener);
  }

  @Override
  public String format(TransportConnection connection, Verbosity verbosity) {
    HoleConnection own = (HoleConnection) connection;
    return switch (verbosity) {
      case ID -> Handle.text(own.handle());
      case LINE -> "";
      case FULL -> own.role == HoleConnection.Role.LISTENER ? "" : "  swallowed " + own.swallowedBytes + " bytes\n";
    };
  }

  @Override
  public String formatHalfOpen(TransportConnection halfOpen, Verbosity verbosity) {
    String id = Handle.text(halfOpen.sessionHandle());
    return switch (verbosity) {
      case ID -> Handle.text(halfOpen.handle());
      case LINE -> "";
      case FULL -> "  waits for 'lab answer " + id + "' or 'lab refuse " + id + "'\n";
    };
  }

  /** Listeners and connections of any kind. Worker 0. */
  int inUse() {
    return connections.size();
  }
}
