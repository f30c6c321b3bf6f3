package org.sluice.testkit.transport;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;

/**
 * A connectionless transport between applications of one stack, as UDP is one: a datagram goes to the session of its
 * flow, else to the listener's, on whatever worker that is, else nowhere. Nothing is lost on the way.
 */
public class FakeConnectionlessTransport implements TransportVft {
  /** The longest datagram. */
  public static final int SEGMENT_BYTES = 1400;
  private static final int FRAMES = 64;

  private final SessionLayer sessions;
  private final Workers workers;
  private final List<List<@Nullable End>> slots = new ArrayList<>();
  private final AtomicLong unknown = new AtomicLong();
  private int protocolId;

  /** A connection or listener. A slot is used once. */
  private static final class End extends TransportConnection {
    final FakePacketSink wire = new FakePacketSink(FRAMES, SEGMENT_BYTES, SEGMENT_BYTES);
    final ArrayDeque<Endpoint[]> headers = new ArrayDeque<>();
    boolean ownsPort;
    boolean closing;
    boolean ended;

    End(long handle, int protocolId) {
      reuse(handle, protocolId);
      set(ConnectionFlags.CONNECTIONLESS);
    }
  }

  /** A datagram on its way, its sides those of the receiver. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Packet(Endpoint local, Endpoint remote, byte[] data) {}

  /**
   * Makes the transport of one stack.
   *
   * @param host what it uses
   */
  public FakeConnectionlessTransport(HostServices host) {
    sessions = host.sessions();
    workers = host.workers();
    for (int i = 0; i < workers.count(); i++) {
      slots.add(new ArrayList<>());
    }
  }

  /**
   * Datagrams that nobody was there for. Any thread.
   *
   * @return count
   */
  public long unknown() {
    return unknown.get();
  }

  // ---- What a broken one does differently.

  /**
   * Chooses the session of a listener that a datagram goes to.
   *
   * @param listener the listening session
   * @param key the datagram's flow
   * @return the session's handle, or an error
   */
  protected long choose(long listener, FlowKey key) {
    return sessions.datagramSession(listener, key);
  }

  /**
   * Gives a datagram to the session of a listener. On its worker.
   *
   * @param connection the transport's connection of that session
   * @param address both sides
   * @param data the payload
   */
  protected void take(TransportConnection connection, DatagramAddress address, byte[] data) {
    sessions.enqueueDatagram(connection, address, MemorySegment.ofArray(data), 0, data.length);
  }

  // ---- Setup.

  @Override
  public TransportDescriptor descriptor() {
    return new TransportDescriptor("message", "M", ServiceType.CONNECTIONLESS, TxMode.DATAGRAM);
  }

  @Override
  public void enable(int id) {
    protocolId = id;
  }

  @Override
  public long startListen(long listener, EndpointConfig config) {
    End header = make(0);
    header.endpoints(config);
    header.sessionHandle(listener);
    return header.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    free((End) listener(transportListener));
  }

  @Override
  public long openDatagrams(long session, EndpointConfig config) {
    End made = make(Handle.worker(session));
    made.endpoints(config);
    return made.handle();
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    End made = make(0);
    int error = sessions.localEndpoints().allocate(made, withSource(config));
    if (error != 0) {
      free(made);
      return error;
    }
    made.ownsPort = true;
    return made.handle();
  }

  /** Both ends are on this host: the address that is asked for is also the own one. */
  private static EndpointConfig withSource(EndpointConfig config) {
    Endpoint local = config.local();
    Endpoint remote = config.remote();
    return IpAddress.isAny(local.addressHigh(), local.addressLow())
        ? config.copy().local(new Endpoint(
            remote.addressHigh(), remote.addressLow(), local.port(), local.interfaceIndex(), local.table()))
        : config;
  }

  // ---- Sending.

  @Override
  public void sendParams(TransportConnection connection, SendParams params) {
    params.allow(FRAMES * SEGMENT_BYTES, 0, SEGMENT_BYTES, ((End) connection).wire);
  }

  @Override
  public void pushHeader(TransportConnection connection, PacketBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      ((End) connection).headers.add(new Endpoint[] {connection.localEndpoint(), connection.remoteEndpoint()});
    }
  }

  private void sent(End from) {
    for (FakePacketSink.Packet packet : from.wire.drain()) {
      Endpoint[] sides = from.headers.remove();
      Endpoint source = sides[0];
      Endpoint target = sides[1];
      if (IpAddress.isAny(source.addressHigh(), source.addressLow())) {
        source = new Endpoint(
            target.addressHigh(), target.addressLow(), source.port(), source.interfaceIndex(), source.table());
      }
      Packet way = new Packet(target.withTable(source.table()), source, packet.data());
      onWorker(from.workerIndex(), () -> arrived(from.workerIndex(), way));
    }
    if (from.closing) {
      onWorker(from.workerIndex(), () -> endIfDrained(from));
    }
  }

  // ---- Receiving.

  private void arrived(int worker, Packet packet) {
    FlowKey key = new FlowKey().set(packet.local(), packet.remote(), protocolId);
    LookupResult found = new LookupResult();
    sessions.lookup(key, found);
    switch (found.kind()) {
      case SESSION -> deliver(found.handle(), packet);
      case OTHER_WORKER -> onWorker(Handle.worker(found.handle()), () -> deliver(found.handle(), packet));
      case LISTENER -> toListener(worker, found.handle(), key, packet);
      default -> unknown.incrementAndGet();
    }
  }

  private void toListener(int worker, long listener, FlowKey key, Packet packet) {
    long session = choose(listener, key);
    if (session == SessionError.NOSUPPORT.code()) {
      accept(worker, listener, packet);
    } else if (session < 0) {
      unknown.incrementAndGet();
    } else {
      onWorker(Handle.worker(session), () -> deliverTo(session, packet));
    }
  }

  /** The listener wants a session for each peer; see {@link EndpointFlag#CONNECTED}. */
  private void accept(int worker, long listener, Packet packet) {
    End made = make(worker);
    made.endpoints(packet.local(), packet.remote());
    if (sessions.datagramAccept(made, listener) < 0) {
      free(made);
      unknown.incrementAndGet();
    } else {
      deliver(made.sessionHandle(), packet);
    }
  }

  private void deliver(long session, Packet packet) {
    TransportConnection connection = sessions.connection(session);
    if (connection == null) {
      unknown.incrementAndGet();
      return;
    }
    sessions.enqueueDatagram(connection, MemorySegment.ofArray(packet.data()), 0, packet.data().length);
    sessions.enqueueNotify(connection);
  }

  private void deliverTo(long session, Packet packet) {
    TransportConnection connection = sessions.connection(session);
    if (connection == null) {
      unknown.incrementAndGet();
      return;
    }
    FlowKey flow = new FlowKey().set(packet.local(), packet.remote(), protocolId);
    take(connection, new DatagramAddress().set(flow), packet.data());
    sessions.enqueueNotify(connection);
  }

  // ---- Ends.

  @Override
  public void close(TransportConnection connection) {
    End own = (End) connection;
    own.closing = true;
    endIfDrained(own);
  }

  private void endIfDrained(End own) {
    if (!own.ended && sessions.txReadable(own) <= 0) {
      end(own);
    }
  }

  @Override
  public void reset(TransportConnection connection) {
    end((End) connection);
  }

  private void end(End own) {
    if (!own.ended) {
      own.ended = true;
      sessions.closedNotify(own);
      sessions.deleteNotify(own);
      free(own);
    }
  }

  @Override
  public void cleanup(TransportConnection connection) {
    ((End) connection).ended = true;
    free((End) connection);
  }

  // ---- Retrieval.

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return get(connection);
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    return get(transportListener);
  }

  private @Nullable End get(long handle) {
    List<@Nullable End> own = handle < 0 ? List.of() : slots.get(Handle.worker(handle));
    return Handle.slot(handle) < own.size() ? own.get(Handle.slot(handle)) : null;
  }

  private End make(int worker) {
    List<@Nullable End> own = slots.get(worker);
    End made = new End(Handle.of(worker, own.size(), 1), protocolId);
    made.wire.onSend(() -> sent(made));
    own.add(made);
    return made;
  }

  private void free(@Nullable End end) {
    if (end != null && get(end.handle()) == end) {
      slots.get(end.workerIndex()).set(Handle.slot(end.handle()), null);
      if (end.ownsPort) {
        sessions.localEndpoints().release(end);
      }
    }
  }

  private void onWorker(int worker, Runnable task) {
    workers.worker(worker).newControlSlot(task).post();
  }
}
