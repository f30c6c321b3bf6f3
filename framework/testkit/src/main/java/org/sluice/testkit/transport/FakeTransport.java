package org.sluice.testkit.transport;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.transport.FakeConnection.Kind;
import org.sluice.testkit.transport.FakeConnection.Role;
import org.sluice.testkit.transport.FakeConnection.Signal;

/**
 * A virtual circuit between applications of one stack, over a wire without loss: the frames that one end has sent and
 * the other has not taken are the window. Both ends may live on different workers. Subclasses differ in how payload
 * leaves the tx FIFO; else they behave as TCP does: the client is told when the handshake is done, an end that closes
 * with unread data resets, and a connection goes when both ends have closed.
 */
public abstract class FakeTransport implements TransportVft {
  /** The most payload of one packet. */
  public static final int SEGMENT_BYTES = 1000;
  /** Frames of one direction: the window in packets. */
  static final int FRAMES = 8;
  /** The most connections of one worker. */
  static final int MAX_CONNECTIONS = 1 << 16;

  final SessionLayer sessions;
  private final Workers workers;
  private final List<List<FakeConnection>> slots = new ArrayList<>();
  private final List<ArrayDeque<FakeConnection>> free = new ArrayList<>();
  private final FlowKey[] keys;
  private final LookupResult[] results;
  private final AtomicInteger rotor = new AtomicInteger();
  private final AtomicInteger live = new AtomicInteger();
  private @Nullable UnaryOperator<Endpoint> forwarding;
  private int protocolId;

  /**
   * Makes the transport of one stack.
   *
   * @param host what it uses
   */
  protected FakeTransport(HostServices host) {
    sessions = host.sessions();
    workers = host.workers();
    keys = new FlowKey[workers.count()];
    results = new LookupResult[workers.count()];
    for (int i = 0; i < workers.count(); i++) {
      slots.add(new ArrayList<>());
      free.add(new ArrayDeque<>());
      keys[i] = new FlowKey();
      results[i] = new LookupResult();
    }
  }

  /**
   * Connections, half-opens and listeners in use. Any thread.
   *
   * @return count
   */
  public int live() {
    return live.get();
  }

  /**
   * Makes packets go by a network of the stack's, which gives connects their own address too. By default there is none:
   * both ends have the address that is asked for, in one table.
   *
   * @param newForwarding given the destination with its table; returns it with the table in which it arrives. Any
   *     worker asks
   * @return this
   */
  public FakeTransport forward(UnaryOperator<Endpoint> newForwarding) {
    forwarding = newForwarding;
    return this;
  }

  // ---- What subclasses do differently.

  /** Takes a packet of the peer up; returns false when there is no room, then it is tried again later. */
  boolean takeUp(FakeConnection connection, byte[] payload) {
    if (sessions.rxSpace(connection) < payload.length) {
      return false;
    }
    sessions.enqueue(connection, MemorySegment.ofArray(payload), 0, payload.length);
    return true;
  }

  /** The peer has taken so much payload. */
  void acknowledged(FakeConnection connection, int bytes) {
    sessions.reschedule(connection);
  }

  // ---- Setup.

  @Override
  public void enable(int id) {
    protocolId = id;
  }

  @Override
  public long startListen(long listener, EndpointConfig config) {
    FakeConnection header = allocate(0, Role.LISTENER);
    header.endpoints(config);
    header.sessionHandle(listener);
    sessions.localEndpoints().share(header);
    return header.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    FakeConnection header = (FakeConnection) listener(transportListener);
    if (header != null) {
      sessions.localEndpoints().release(header);
    }
    free(header);
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    FakeConnection halfOpen = allocate(0, Role.HALF_OPEN);
    int error = sessions.localEndpoints().allocate(halfOpen, forwarding == null ? withSource(config) : config);
    if (error != 0) {
      free(halfOpen);
      return error;
    }
    halfOpen.sessionHandle(session);
    Request request =
        new Request(session, halfOpen.handle(), halfOpen.localEndpoint(), halfOpen.remoteEndpoint());
    int worker = nextWorker();
    onWorker(worker, () -> arrive(request, worker));
    return halfOpen.handle();
  }

  /** Both ends are on this host: the address that is asked for is also the own one. */
  private static EndpointConfig withSource(EndpointConfig config) {
    Endpoint local = config.local();
    Endpoint remote = config.remote();
    if (!IpAddress.isAny(local.addressHigh(), local.addressLow())) {
      return config;
    }
    Endpoint source =
        new Endpoint(remote.addressHigh(), remote.addressLow(), local.port(), local.interfaceIndex(), local.table());
    return config.copy().local(source);
  }

  /** An active open on its way: the sides are the client's. */
  private record Request(long session, long halfOpen, Endpoint local, Endpoint remote) {}

  private void arrive(Request request, int worker) {
    UnaryOperator<Endpoint> network = forwarding;
    Endpoint ours = network == null ? request.remote() : network.apply(request.remote());
    FlowKey key = keys[worker].set(ours, request.local(), protocolId);
    LookupResult result = results[worker];
    sessions.lookup(key, result);
    if (result.kind() != LookupResult.Kind.LISTENER) {
      onWorker(0, () -> refuse(request));
      return;
    }
    FakeConnection server = allocate(worker, Role.OPEN);
    server.endpoints(ours, request.local());
    if (sessions.streamAccept(server, result.handle()) < 0) {
      free(server);
      onWorker(0, () -> refuse(request));
      return;
    }
    if (sessions.acceptNotify(server) < 0) {
      sessions.deleteNotify(server);
      free(server);
      onWorker(0, () -> refuse(request));
      return;
    }
    long serverHandle = server.handle();
    int clientWorker = nextWorker();
    onWorker(clientWorker, () -> establish(request, server, serverHandle, clientWorker));
  }

  private void refuse(Request request) {
    FakeConnection halfOpen = get(request.halfOpen(), Role.HALF_OPEN);
    if (halfOpen == null) {
      return;
    }
    sessions.connectNotify(request.session(), null, SessionError.REFUSED.code());
    sessions.halfOpenDeleteRequest(request.session(), () -> freeHalfOpen(halfOpen, request.halfOpen()));
  }

  private void establish(Request request, FakeConnection server, long serverHandle, int worker) {
    FakeConnection client = allocate(worker, Role.OPEN);
    client.endpoints(request.local(), request.remote());
    client.peer = server;
    client.peerHandle = serverHandle;
    boolean made = sessions.connectNotify(request.session(), client, 0) >= 0;
    if (made) {
      client.ownsPort = true;
      tell(client, Kind.LINK, 0);
    } else {
      tell(client, Kind.RST, 0);
      free(client);
    }
    onWorker(0, () -> letGo(request, made));
  }

  /** The half-open's time is over; its port now belongs to the connection, if there is one. */
  private void letGo(Request request, boolean portMoved) {
    FakeConnection halfOpen = get(request.halfOpen(), Role.HALF_OPEN);
    if (halfOpen == null) {
      return;
    }
    if (portMoved) {
      free(halfOpen);
    } else {
      freeHalfOpen(halfOpen, request.halfOpen());
    }
    sessions.halfOpenDeleteNotify(request.session());
  }

  private void freeHalfOpen(FakeConnection halfOpen, long handle) {
    if (halfOpen.role == Role.HALF_OPEN && halfOpen.handle() == handle) {
      sessions.localEndpoints().release(halfOpen);
      free(halfOpen);
    }
  }

  @Override
  public void cleanupHalfOpen(TransportConnection halfOpen) {
    freeHalfOpen((FakeConnection) halfOpen, halfOpen.handle());
  }

  // ---- Between the ends.

  private void tell(FakeConnection from, Kind kind, int bytes) {
    FakeConnection to = from.peer;
    if (to != null) {
      to.signals.add(new Signal(from.peerHandle, kind, bytes, from, from.handle()));
      to.inbox.post();
    }
  }

  void sent(FakeConnection connection) {
    tell(connection, Kind.DATA, 0);
  }

  void receive(FakeConnection connection) {
    for (Signal signal = connection.signals.poll(); signal != null; signal = connection.signals.poll()) {
      if (connection.role == Role.OPEN && !connection.ended && signal.target() == connection.handle()) {
        heard(connection, signal);
      } else if (signal.kind() == Kind.LINK) {
        // The accepting end is gone already, and had nobody to tell.
        signal.from().signals.add(signal.answer(Kind.RST, connection));
        signal.from().inbox.post();
      }
    }
  }

  private void heard(FakeConnection connection, Signal signal) {
    switch (signal.kind()) {
      case LINK -> {
        connection.peer = signal.from();
        connection.peerHandle = signal.fromHandle();
        tell(connection, Kind.DATA, 0);
        sendEnd(connection);
      }
      case DATA -> deliver(connection);
      case ACK -> {
        connection.inFlightBytes -= signal.bytes();
        acknowledged(connection, signal.bytes());
        sendEnd(connection);
      }
      case FIN -> {
        connection.endArrived = true;
        deliver(connection);
      }
      case RST -> {
        connection.dead = true;
        sessions.resetNotify(connection);
        if (connection.closing) {
          end(connection);
        }
      }
    }
  }

  private void deliver(FakeConnection connection) {
    FakeConnection from = connection.peer;
    if (from == null || connection.ended) {
      return;
    }
    boolean took = false;
    for (FakePacketSink.Packet packet = from.wire.peek(); packet != null; packet = from.wire.peek()) {
      if (connection.closing) {
        reset(connection);
        return;
      }
      if (!takeUp(connection, packet.data())) {
        break;
      }
      from.wire.poll();
      took = true;
      tell(connection, Kind.ACK, packet.data().length);
    }
    if (took) {
      sessions.enqueueNotify(connection);
    }
    if (from.wire.peek() != null) {
      sessions.wantRxSpace(connection, SEGMENT_BYTES * 2);
    } else if (connection.endArrived && !connection.endTold) {
      connection.endTold = true;
      sessions.closingNotify(connection);
      endIfDone(connection);
    }
  }

  @Override
  public void applicationRead(TransportConnection connection) {
    deliver((FakeConnection) connection);
  }

  // ---- Transmission.

  @Override
  public void sendParams(TransportConnection connection, SendParams params) {
    FakePacketSink wire = ((FakeConnection) connection).wire;
    int frames = wire.available();
    if (frames == 0) {
      params.refuse(SendParams.Scheduling.DESCHEDULE);
    } else {
      params.allow(frames * SEGMENT_BYTES, 0, SEGMENT_BYTES, wire);
    }
  }

  @Override
  public void pushHeader(TransportConnection connection, PacketBatch batch) {
    FakeConnection own = (FakeConnection) connection;
    for (int i = 0; i < batch.size(); i++) {
      own.inFlightBytes += batch.length(i);
    }
  }

  // ---- Ends.

  @Override
  public void halfClose(TransportConnection connection) {
    FakeConnection own = (FakeConnection) connection;
    own.endWanted = true;
    sendEnd(own);
  }

  @Override
  public void close(TransportConnection connection) {
    FakeConnection own = (FakeConnection) connection;
    if (own.dead || sessions.unread(own) > 0) {
      reset(own);
      return;
    }
    own.closing = true;
    halfClose(own);
    endIfDone(own);
  }

  @Override
  public void reset(TransportConnection connection) {
    FakeConnection own = (FakeConnection) connection;
    if (!own.dead) {
      tell(own, Kind.RST, 0);
    }
    end(own);
  }

  @Override
  public void cleanup(TransportConnection connection) {
    FakeConnection own = (FakeConnection) connection;
    if (!own.dead) {
      tell(own, Kind.RST, 0);
    }
    free(own);
  }

  private void sendEnd(FakeConnection connection) {
    if (connection.ended || !connection.endWanted || connection.endSent || connection.peer == null) {
      return;
    }
    if (connection.inFlightBytes == 0 && sessions.txReadable(connection) <= 0) {
      connection.endSent = true;
      tell(connection, Kind.FIN, 0);
      endIfDone(connection);
    }
  }

  private void endIfDone(FakeConnection connection) {
    if (connection.closing && connection.endSent && connection.endTold) {
      end(connection);
    }
  }

  private void end(FakeConnection connection) {
    if (connection.ended) {
      return;
    }
    connection.ended = true;
    long handle = connection.handle();
    sessions.closedNotify(connection);
    sessions.deleteRequest(connection, () -> {
      if (connection.role == Role.OPEN && connection.handle() == handle) {
        free(connection);
      }
    });
  }

  // ---- Retrieval.

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return get(connection, Role.OPEN);
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    return get(transportListener, Role.LISTENER);
  }

  @Override
  public @Nullable TransportConnection halfOpen(long halfOpen) {
    return get(halfOpen, Role.HALF_OPEN);
  }

  private @Nullable FakeConnection get(long handle, Role role) {
    if (handle < 0) {
      return null;
    }
    List<FakeConnection> own = slots.get(Handle.worker(handle));
    FakeConnection connection = Handle.slot(handle) < own.size() ? own.get(Handle.slot(handle)) : null;
    return connection != null && connection.role == role && connection.handle() == handle ? connection : null;
  }

  private FakeConnection allocate(int worker, Role role) {
    FakeConnection connection = free.get(worker).poll();
    if (connection == null) {
      List<FakeConnection> own = slots.get(worker);
      if (own.size() == MAX_CONNECTIONS) {
        throw new IllegalStateException("more than " + MAX_CONNECTIONS + " fake connections of one worker");
      }
      FakePacketSink wire = new FakePacketSink(FRAMES, SEGMENT_BYTES, SEGMENT_BYTES);
      connection = new FakeConnection(this, workers.worker(worker), own.size(), wire);
      own.add(connection);
    }
    connection.begin(role, protocolId);
    live.incrementAndGet();
    return connection;
  }

  private void free(@Nullable FakeConnection connection) {
    if (connection == null) {
      return;
    }
    if (connection.role == Role.FREE) {
      throw new IllegalStateException("freed twice: " + Handle.text(connection.handle()));
    }
    if (connection.ownsPort) {
      sessions.localEndpoints().release(connection);
    }
    connection.end();
    free.get(connection.owner.index()).add(connection);
    live.decrementAndGet();
  }

  private int nextWorker() {
    int data = workers.count() - 1;
    return data == 0 ? 0 : 1 + Math.floorMod(rotor.getAndIncrement(), data);
  }

  private void onWorker(int worker, Runnable task) {
    workers.worker(worker).newControlSlot(task).post();
  }
}
