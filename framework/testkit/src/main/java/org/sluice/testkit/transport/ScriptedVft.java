package org.sluice.testkit.transport;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.CustomTx;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/** What the session layer calls of a {@link ScriptedTransport}: writes it down, and does what the script says. */
abstract class ScriptedVft implements TransportVft {
  private static final int LOWEST_PORT = 1024;
  private static final int PORTS = 64_000;
  /** The first of the ports that are made up, above the lowest. */
  private static final int FIRST_PORT = 50_000 - LOWEST_PORT;
  private static final int KEPT_HALF_OPENS = 1 << 10;

  final TransportDescriptor descriptor;
  final SessionLayer sessions;
  final ScriptedConnections connections = new ScriptedConnections();
  final Map<TransportAttribute<?>, Object> attributes = new HashMap<>();
  final Map<String, Runnable> actions = new HashMap<>();
  final CallLog calls = new CallLog();
  final ArrayDeque<ScriptedConnection> halfOpens = new ArrayDeque<>();
  @Nullable ScriptedConnection listener;
  @Nullable FakePacketSink sharedSink;
  @Nullable EndpointConfig lastConfig;
  boolean keepsConfigs;
  boolean takesLocalEndpoints;
  boolean takesStreams;
  int connectError;
  SessionError refusal = SessionError.NONE;
  String halfOpenText = "";
  private final Workers workers;
  private int protocolId = -1;

  ScriptedVft(TransportDescriptor descriptor, HostServices host) {
    this.descriptor = descriptor;
    sessions = host.sessions();
    workers = host.workers();
  }

  /** A connect has begun. */
  abstract void connecting(ScriptedConnection halfOpen);

  // ---- Pieces.

  ScriptedConnection make(int worker) {
    return make(worker, false);
  }

  private ScriptedConnection make(int worker, boolean halfOpen) {
    ScriptedConnection made = connections.make(worker, protocolId, halfOpen);
    FakePacketSink sink = sharedSink;
    if (sink != null) {
      made.sink(sink);
    }
    return made;
  }

  /** Forgets a connection, and gives its local endpoint back, once. */
  void free(ScriptedConnection connection) {
    connections.remove(connection);
    if (connection.ownsEndpoint) {
      connection.ownsEndpoint = false;
      sessions.localEndpoints().release(connection);
    }
  }

  private void called(String function, @Nullable TransportConnection connection) {
    calls.add(function, connection);
    if (connection != null && !workers.worker(connection.workerIndex()).isCurrent()) {
      throw new AssertionError(function + " of a connection of worker " + connection.workerIndex());
    }
    act(function);
  }

  private void keep(EndpointConfig config) {
    if (keepsConfigs) {
      lastConfig = config.copy();
    }
  }

  private void act(String function) {
    Runnable action = actions.get(function);
    if (action != null) {
      action.run();
    }
  }

  // ---- The transport.

  @Override
  public TransportDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public void enable(int id) {
    called("enable", null);
    protocolId = id;
  }

  @Override
  public void disable() {
    connections.all(connection -> true).forEach(this::free);
    called("disable", null);
  }

  @Override
  public long startListen(long session, EndpointConfig config) {
    called("startListen", null);
    keep(config);
    ScriptedConnection header = make(0);
    header.endpoints(config);
    header.session = session;
    if (takesLocalEndpoints) {
      sessions.localEndpoints().share(header);
      header.ownsEndpoint = true;
    }
    listener = header;
    return header.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    ScriptedConnection header = connections.get(transportListener);
    called("stopListen", header);
    if (header != null) {
      free(header);
    }
  }

  @Override
  public long openDatagrams(long session, EndpointConfig config) {
    called("openDatagrams", null);
    ScriptedConnection made = make(Handle.worker(session));
    made.endpoints(config);
    made.session = session;
    return made.handle();
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    called("connect", null);
    keep(config);
    if (connectError != 0) {
      return connectError;
    }
    if (refusal != SessionError.NONE) {
      sessions.connectNotify(session, null, refusal.code());
      return SessionError.UNKNOWN.code();
    }
    ScriptedConnection halfOpen = make(0, true);
    int error = chooseEndpoints(halfOpen, config);
    if (error != 0) {
      free(halfOpen);
      return error;
    }
    halfOpen.session = session;
    halfOpen.sessionHandle(session);
    if (halfOpens.size() == KEPT_HALF_OPENS) {
      halfOpens.remove();
    }
    halfOpens.add(halfOpen);
    connecting(halfOpen);
    return halfOpen.handle();
  }

  private int chooseEndpoints(ScriptedConnection halfOpen, EndpointConfig config) {
    if (takesLocalEndpoints) {
      int error = sessions.localEndpoints().allocate(halfOpen, config);
      halfOpen.ownsEndpoint = error == 0;
      return error;
    }
    int port = config.local().port() == 0
        ? LOWEST_PORT + (FIRST_PORT + Handle.slot(halfOpen.handle())) % PORTS
        : config.local().port();
    halfOpen.endpoints(Endpoint.of("127.0.0.1", port).withTable(config.table()), config.remote());
    return 0;
  }

  @Override
  public long connectStream(TransportConnection parent, long session, EndpointConfig config) {
    called("connectStream", parent);
    if (!takesStreams || connectError != 0) {
      return takesStreams ? connectError : SessionError.NOSUPPORT.code();
    }
    ScriptedConnection stream = make(parent.workerIndex());
    stream.endpointsOf(parent);
    stream.parent = (ScriptedConnection) parent;
    stream.session = session;
    return stream.handle();
  }

  @Override
  public void migrated(TransportConnection connection) {
    ((ScriptedConnection) connection).session = connection.sessionHandle();
    called("migrated", connection);
  }

  @Override
  public void accepted(TransportConnection connection) {
    called("accepted", connection);
  }

  @Override
  public void halfClose(TransportConnection connection) {
    called("halfClose", connection);
  }

  @Override
  public void close(TransportConnection connection) {
    called("close", connection);
  }

  @Override
  public void reset(TransportConnection connection) {
    called("reset", connection);
  }

  @Override
  public void cleanup(TransportConnection connection) {
    free((ScriptedConnection) connection);
    called("cleanup", connection);
  }

  @Override
  public void cleanupHalfOpen(TransportConnection halfOpen) {
    free((ScriptedConnection) halfOpen);
    called("cleanupHalfOpen", halfOpen);
  }

  @Override
  public void sendParams(TransportConnection connection, SendParams params) {
    called("sendParams", connection);
    ScriptedConnection own = (ScriptedConnection) connection;
    if (own.spaceBytes <= 0) {
      params.refuse(own.scheduling);
      return;
    }
    params.allow(own.spaceBytes, own.inFlightBytes, own.segmentBytes, own.sink());
    params.burstBytes(own.burstBytes);
  }

  @Override
  public void pushHeader(TransportConnection connection, PacketBatch batch) {
    called("pushHeader", connection);
    ScriptedConnection own = (ScriptedConnection) connection;
    for (int i = 0; i < batch.size(); i++) {
      if (descriptor.txMode() == TxMode.PEEK) {
        own.inFlightBytes += batch.length(i);
      }
      if (own.spaceBytes != Integer.MAX_VALUE) {
        own.spaceBytes -= batch.length(i);
      }
    }
  }

  @Override
  public int customTx(TransportConnection connection, CustomTx tx) {
    called("customTx", connection);
    ScriptedConnection.CustomSender custom = ((ScriptedConnection) connection).custom;
    return custom == null ? 0 : custom.send((ScriptedConnection) connection, tx);
  }

  @Override
  public void flush(TransportConnection connection) {
    called("flush", connection);
  }

  @Override
  public void applicationRead(TransportConnection connection) {
    called("applicationRead", connection);
  }

  @Override
  public void updateTime(int workerIndex, long nowNs) {
    assert workers.worker(workerIndex).isCurrent() : "updateTime(" + workerIndex + ") elsewhere";
    act("updateTime");
  }

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return connections.get(connection);
  }

  @Override
  public @Nullable TransportConnection halfOpen(long halfOpen) {
    ScriptedConnection found = connections.get(halfOpen);
    called("halfOpen", found);
    return found != null && found.halfOpen ? found : null;
  }

  @Override
  public String formatHalfOpen(TransportConnection halfOpen, Verbosity verbosity) {
    called("formatHalfOpen", halfOpen);
    return halfOpenText;
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    act("listener");
    return connections.get(transportListener);
  }

  @Override
  public <T> @Nullable T attribute(TransportConnection connection, TransportAttribute<T> attribute) {
    called("attribute", connection);
    Object value = attributes.get(attribute);
    return value == null ? null : attribute.type().cast(value);
  }

  @Override
  public <T> int attribute(TransportConnection connection, TransportAttribute<T> attribute, T value) {
    called("attribute", connection);
    if (!attributes.containsKey(attribute)) {
      return SessionError.NOSUPPORT.code();
    }
    attributes.put(attribute, value);
    return 0;
  }
}
