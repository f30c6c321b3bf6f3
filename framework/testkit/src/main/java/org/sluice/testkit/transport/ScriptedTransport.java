package org.sluice.testkit.transport;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
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

/**
 * A transport that does what a test tells it, and writes down what it is told. It never answers by itself: the test
 * answers connects, brings connections in, delivers data and ends connections, each by a call on the worker in question
 * ({@code DeterministicRuntime.on}); or lets a named function throw, or do something. Objects are not reused, so late
 * calls are seen.
 */
public final class ScriptedTransport implements TransportVft {
  private static final int SEGMENT_BYTES = 1000;
  private static final int FIRST_PORT = 50_000;
  private static final int FRAMES = 256;

  private final TransportDescriptor descriptor;
  private final SessionLayer sessions;
  private final Workers workers;
  private final Map<Long, Connection> connections = new HashMap<>();
  private final Map<TransportAttribute<?>, Object> attributes = new HashMap<>();
  private final Map<String, Runnable> scripts = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<Connection> halfOpens = new ArrayList<>();
  private final List<Connection> listeners = new ArrayList<>();
  private int protocolId = -1;
  private int nextSlot;
  private int connectError;
  private SessionError refusal = SessionError.NONE;

  /** A connection, half-open or listener, with what its transport says when it is asked. */
  public static final class Connection extends TransportConnection {
    /** The session handle that {@code connect} or {@code startListen} was given. */
    public long session = Handle.INVALID;
    /** Payload that may be sent; reduced by what is. */
    public int spaceBytes = Integer.MAX_VALUE;
    /** Payload of one segment. */
    public int segmentBytes = SEGMENT_BYTES;
    /** Payload of one packet, 0 for one segment. */
    public int burstBytes;
    /** What happens without space. */
    public SendParams.Scheduling scheduling = SendParams.Scheduling.DESCHEDULE;
    /** For PEEK: what was sent and not acknowledged. */
    public int inFlightBytes;
    /** Where packets go. */
    public FakePacketSink sink;
    /** What {@code customTx} does; null for nothing. */
    public @Nullable CustomSender custom;

    private Connection(long handle, int protocolId, int frames) {
      sink = new FakePacketSink(frames, SEGMENT_BYTES, SEGMENT_BYTES);
      reuse(handle, protocolId);
    }
  }

  /** What a connection does in its own turn. */
  @FunctionalInterface
  public interface CustomSender {
    /**
     * Sends.
     *
     * @param connection whose turn it is
     * @param tx the budget
     * @return packets sent
     */
    int send(Connection connection, CustomTx tx);
  }

  /**
   * Makes the transport of one stack.
   *
   * @param descriptor how it is registered
   * @param host what it uses
   */
  public ScriptedTransport(TransportDescriptor descriptor, HostServices host) {
    this.descriptor = descriptor;
    sessions = host.sessions();
    workers = host.workers();
  }

  // ---- The script.

  /**
   * Makes a function throw from now on.
   *
   * @param function the name of a method of {@link TransportVft}
   */
  public void throwIn(String function) {
    doIn(function, () -> {
      throw new IllegalStateException("as told in " + function);
    });
  }

  /**
   * Makes a function do something from now on, after it was written down.
   *
   * @param function the name of a method of {@link TransportVft}
   * @param action what it does; may throw
   */
  public void doIn(String function, Runnable action) {
    scripts.put(function, action);
  }

  /**
   * Makes a function do nothing special again.
   *
   * @param function the name
   */
  public void behaveIn(String function) {
    scripts.remove(function);
  }

  /**
   * Makes connects fail synchronously.
   *
   * @param error what they return; NONE for success
   */
  public void failConnects(SessionError error) {
    connectError = error.code();
  }

  /**
   * Makes connects misbehave: they report a failure and return an error too.
   *
   * @param error what they report; NONE for success
   */
  public void refuseInside(SessionError error) {
    refusal = error;
  }

  /**
   * The calls so far, each as {@code function worker:slot}.
   *
   * @return a copy
   */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /**
   * How often a function was called.
   *
   * @param function its name
   * @return count
   */
  public long calls(String function) {
    return calls.stream().filter(call -> call.startsWith(function + " ")).count();
  }

  /**
   * The half-opens in the order of their connects, also those that are gone.
   *
   * @return a copy
   */
  public List<Connection> halfOpens() {
    return List.copyOf(halfOpens);
  }

  /**
   * The newest listener.
   *
   * @return the header
   */
  public Connection listener() {
    return listeners.getLast();
  }

  /**
   * Connections, half-opens and listeners that exist.
   *
   * @return count
   */
  public int live() {
    return connections.size();
  }

  /**
   * Answers a connect. On the worker of the new connection.
   *
   * @param halfOpen the half-open
   * @param worker the calling worker
   * @return the connection; its session handle says whether the layer took it
   */
  public Connection answer(Connection halfOpen, Worker worker) {
    Connection made = make(worker.index());
    made.endpointsOf(halfOpen);
    made.session = sessions.connectNotify(halfOpen.session, made, 0);
    if (made.session < 0) {
      connections.remove(made.handle());
    }
    return made;
  }

  /**
   * Lets a half-open arrive on another worker, after {@code halfOpenMigrate} on worker 0. On the new worker.
   *
   * @param halfOpen the half-open
   * @param worker the calling worker
   * @return the connection at its new place; its session says what the layer answered, 0 for welcome
   */
  public Connection arrive(Connection halfOpen, Worker worker) {
    Connection moved = make(worker.index());
    moved.endpointsOf(halfOpen);
    moved.session = sessions.halfOpenMigrated(halfOpen.session);
    if (moved.session < 0) {
      connections.remove(moved.handle());
    }
    return moved;
  }

  /**
   * Refuses a connect. Any worker.
   *
   * @param halfOpen the half-open
   * @param error why
   * @return what the layer answered
   */
  public long refuse(Connection halfOpen, SessionError error) {
    return sessions.connectNotify(halfOpen.session, null, error.code());
  }

  /**
   * Lets go of a half-open. Any worker.
   *
   * @param halfOpen the half-open
   */
  public void delete(Connection halfOpen) {
    sessions.halfOpenDeleteNotify(halfOpen.session);
    connections.remove(halfOpen.handle());
  }

  /**
   * Brings in a connection without its handshake being done. On its worker.
   *
   * @param listener who is asked for
   * @param remotePort of the peer, 127.0.0.1
   * @param worker the calling worker
   * @return the connection; {@link Connection#session} is what the layer answered
   */
  public Connection incoming(Connection listener, int remotePort, Worker worker) {
    Connection made = make(worker.index());
    made.endpoints(listener.localEndpoint(), Endpoint.of("127.0.0.1", remotePort));
    made.session = sessions.streamAccept(made, listener.session);
    if (made.session < 0) {
      connections.remove(made.handle());
    }
    return made;
  }

  /**
   * Brings in the server's end of a local pair. On its worker.
   *
   * @param listener who is asked for
   * @param halfOpen the session of the client that waits
   * @param worker the calling worker
   * @return the connection; {@link Connection#session} is what the layer answered
   */
  public Connection incomingLocal(Connection listener, Connection halfOpen, Worker worker) {
    Connection made = make(worker.index());
    made.endpoints(halfOpen.remoteEndpoint(), halfOpen.localEndpoint());
    made.session = sessions.acceptLocal(made, listener.session, halfOpen.session);
    if (made.session < 0) {
      connections.remove(made.handle());
    }
    return made;
  }

  /**
   * Delivers data in order. On the connection's worker.
   *
   * @param connection the connection
   * @param bytes the data
   * @return what the layer kept
   */
  public int deliver(Connection connection, byte[] bytes) {
    int kept = descriptor.txMode() == TxMode.DATAGRAM
        ? sessions.enqueueDatagram(connection, MemorySegment.ofArray(bytes), 0, bytes.length)
        : sessions.enqueue(connection, MemorySegment.ofArray(bytes), 0, bytes.length);
    sessions.enqueueNotify(connection);
    return kept;
  }

  /**
   * Lets go of a connection. On its worker.
   *
   * @param connection the connection
   */
  public void deleted(Connection connection) {
    sessions.deleteNotify(connection);
    connections.remove(connection.handle());
  }

  /**
   * Asks to let go of a connection. On its worker.
   *
   * @param connection the connection
   */
  public void requestDelete(Connection connection) {
    sessions.deleteRequest(connection, () -> {
      calls.add("free " + Handle.text(connection.handle()));
      connections.remove(connection.handle());
    });
  }

  /**
   * Sets what an attribute reads as.
   *
   * @param attribute which
   * @param value its value
   * @param <T> its type
   */
  public <T> void provide(TransportAttribute<T> attribute, T value) {
    attributes.put(attribute, value);
  }

  private Connection make(int worker) {
    return make(worker, FRAMES);
  }

  private Connection make(int worker, int frames) {
    Connection made = new Connection(Handle.of(worker, nextSlot++, 1), protocolId, frames);
    connections.put(made.handle(), made);
    return made;
  }

  private void called(String function, @Nullable TransportConnection connection) {
    calls.add(function + " " + (connection == null ? "" : Handle.text(connection.handle())));
    if (connection != null && !workers.worker(connection.workerIndex()).isCurrent()) {
      throw new AssertionError(function + " of a connection of worker " + connection.workerIndex());
    }
    act(function);
  }

  private void act(String function) {
    Runnable script = scripts.get(function);
    if (script != null) {
      script.run();
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
    connections.clear();
    called("disable", null);
  }

  @Override
  public long startListen(long listener, EndpointConfig config) {
    called("startListen", null);
    // It sends nothing, and there may be many.
    Connection header = make(0, 1);
    header.endpoints(config);
    header.session = listener;
    listeners.add(header);
    return header.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    called("stopListen", connections.remove(transportListener));
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    called("connect", null);
    if (connectError != 0) {
      return connectError;
    }
    if (refusal != SessionError.NONE) {
      sessions.connectNotify(session, null, refusal.code());
      return SessionError.UNKNOWN.code();
    }
    Connection halfOpen = make(0);
    int port = config.local().port() == 0 ? FIRST_PORT + nextSlot : config.local().port();
    halfOpen.endpoints(Endpoint.of("127.0.0.1", port).withTable(config.table()), config.remote());
    halfOpen.session = session;
    halfOpen.sessionHandle(session);
    halfOpens.add(halfOpen);
    return halfOpen.handle();
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
    connections.remove(connection.handle());
    called("cleanup", connection);
  }

  @Override
  public void cleanupHalfOpen(TransportConnection halfOpen) {
    connections.remove(halfOpen.handle());
    called("cleanupHalfOpen", halfOpen);
  }

  @Override
  public void sendParams(TransportConnection connection, SendParams params) {
    called("sendParams", connection);
    Connection own = (Connection) connection;
    if (own.spaceBytes <= 0) {
      params.refuse(own.scheduling);
      return;
    }
    params.allow(own.spaceBytes, own.inFlightBytes, own.segmentBytes, own.sink);
    params.burstBytes(own.burstBytes);
  }

  @Override
  public void pushHeader(TransportConnection connection, PacketBatch batch) {
    called("pushHeader", connection);
    Connection own = (Connection) connection;
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
    CustomSender custom = ((Connection) connection).custom;
    return custom == null ? 0 : custom.send((Connection) connection, tx);
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
