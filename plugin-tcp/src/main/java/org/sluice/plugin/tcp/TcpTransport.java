package org.sluice.plugin.tcp;

import jakarta.inject.Inject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.ProtocolInput;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.MessageHandler;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.CustomTx;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/**
 * TCP behind the transport SPI. What the session layer asks goes to the phase that it is about, on the worker of the
 * connection; what arrives goes to {@link TcpInput} of the worker it arrives on.
 */
@Extension
public final class TcpTransport implements TransportVft, ProtocolInput, MessageHandler, HandOver.Receiver {
  private static final TransportDescriptor DESCRIPTOR =
      new TransportDescriptor("tcp", "T", ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK);

  private final TcpShared shared;
  private final TcpWorker[] perWorker;
  private final TcpConnect connects;
  private final ListenerPool listeners;
  private final Workers workers;
  private final SessionLayer sessions;
  private final Counters counters;
  private Network.@Nullable Registration registration;

  /**
   * Makes the transport of one stack.
   *
   * @param host what the plugin may use
   */
  @Inject
  public TcpTransport(HostServices host) {
    sessions = host.sessions();
    workers = host.workers();
    TcpSettings settings = new TcpSettings(host.configuration());
    TcpConfig config = TcpConfig.of(settings.inForce());
    CongestionChoice congestion = new CongestionChoice(config, host);
    shared = new TcpShared(host, settings, congestion, new HandOver(config.maxHandOver(), workers, this),
        workers.newPort(this));
    counters = host.counters();
    perWorker = new TcpWorker[workers.count()];
    TcpWorker main = new TcpWorker(shared, workers.worker(0), null);
    connects = main.connect;
    perWorker[0] = main;
    for (int i = 1; i < perWorker.length; i++) {
      perWorker[i] = new TcpWorker(shared, workers.worker(i), connects);
    }
    listeners = shared.listeners();
    congestion.watch(host, this::algorithmsGone);
  }

  private void algorithmsGone() {
    for (TcpWorker worker : perWorker) {
      worker.algorithmsGone();
    }
  }

  @Override
  public TransportDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public void enable(int protocolId) {
    shared.enabled(protocolId);
    registration = shared.network().register(TcpHeader.PROTOCOL, this);
  }

  @Override
  public void disable() {
    Network.Registration registered = registration;
    registration = null;
    if (registered != null) {
      registered.close();
    }
    for (TcpWorker worker : perWorker) {
      worker.end();
    }
  }

  @Override
  public void onPackets(PacketBatch batch, int table, int interfaceIndex) {
    Worker here = Objects.requireNonNull(workers.current(), "packets arrive on workers");
    perWorker[here.index()].input.onPackets(batch, table, interfaceIndex);
  }

  @Override
  public void onHandedOver(int worker, PacketBatch batch, int table, int interfaceIndex) {
    perWorker[worker].input.onHandedOver(batch, table, interfaceIndex);
  }

  @Override
  public void onIcmpError(IcmpError error) {
    Worker here = Objects.requireNonNull(workers.current(), "errors arrive on workers");
    perWorker[here.index()].errors.onError(error);
  }

  @Override
  public void onMessage(Worker worker, int kind, long handle, long argument) {
    perWorker[worker.index()].errors.onMessage(kind, handle, argument);
  }

  // ---- What consoles read.

  Workers workers() {
    return workers;
  }

  TcpWorker worker(int index) {
    return perWorker[index];
  }

  TcpConnect connects() {
    return connects;
  }

  ListenerPool listeners() {
    return listeners;
  }

  Counters counters() {
    return counters;
  }

  TcpSettings settings() {
    return shared.settings();
  }

  CongestionChoice congestion() {
    return shared.congestion();
  }

  // ---- Setup.

  @Override
  public long startListen(long listener, EndpointConfig config) {
    String congestion = congestion().wish(config);
    if (congestion == null) {
      return SessionError.INVALID.code();
    }
    Listener header = listeners.allocate(shared.protocolId());
    if (header == null) {
      shared.counters().limitConnections.increment(0);
      return SessionError.ALLOC.code();
    }
    header.endpoints(config);
    header.sessionHandle(listener);
    listeners.congestion(listener, congestion);
    sessions.localEndpoints().share(header);
    return header.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    Listener header = listeners.get(transportListener);
    if (header != null) {
      listeners.congestion(header.sessionHandle(), CongestionChoice.NONE);
      sessions.localEndpoints().release(header);
      listeners.free(header);
    }
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    return connects.connect(session, config);
  }

  // ---- Ends.

  @Override
  public void halfClose(TransportConnection connection) {
    TcpConnection c = (TcpConnection) connection;
    c.home.close.halfClose(c);
  }

  @Override
  public void close(TransportConnection connection) {
    TcpConnection c = (TcpConnection) connection;
    c.home.close.close(c);
  }

  @Override
  public void reset(TransportConnection connection) {
    TcpConnection c = (TcpConnection) connection;
    c.on(TcpConnection.CLOSED_BY_APPLICATION);
    c.home.close.abort(c);
  }

  @Override
  public void cleanup(TransportConnection connection) {
    TcpConnection c = (TcpConnection) connection;
    c.home.close.cleanup(c);
  }

  @Override
  public void cleanupHalfOpen(TransportConnection halfOpen) {
    connects.cleanup((HalfOpenConnection) halfOpen);
  }

  // ---- Transmission.

  @Override
  public void sendParams(TransportConnection connection, SendParams params) {
    TcpConnection c = (TcpConnection) connection;
    c.home.output.sendParams(c, params);
  }

  @Override
  public void pushHeader(TransportConnection connection, PacketBatch batch) {
    TcpConnection c = (TcpConnection) connection;
    c.home.output.pushHeaders(c, batch);
  }

  @Override
  public int customTx(TransportConnection connection, CustomTx tx) {
    TcpConnection c = (TcpConnection) connection;
    return c.home.retransmit.customTx(c, tx.maxPackets());
  }

  @Override
  public void flush(TransportConnection connection) {
    ((TcpConnection) connection).on(TcpConnection.FLUSH);
  }

  @Override
  public void applicationRead(TransportConnection connection) {
    TcpConnection c = (TcpConnection) connection;
    c.home.output.applicationRead(c);
  }

  // ---- Retrieval.

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return connection < 0 ? null : perWorker[Handle.worker(connection)].connections.get(connection);
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    return transportListener < 0 ? null : listeners.get(transportListener);
  }

  @Override
  public @Nullable TransportConnection halfOpen(long halfOpen) {
    return halfOpen < 0 ? null : connects.get(halfOpen);
  }

  // ---- Attributes.

  @Override
  public <T> @Nullable T attribute(TransportConnection connection, TransportAttribute<T> attribute) {
    TcpConnection c = (TcpConnection) connection;
    Object value = null;
    if (attribute.equals(TransportAttribute.MSS)) {
      value = c.mss;
    } else if (attribute.equals(TransportAttribute.CONGESTION_CONTROL)) {
      value = (c.sender == null ? c.home.congestion.of(c) : c.sender.algorithm).name();
    } else if (attribute.equals(TransportAttribute.NO_DELAY)) {
      value = c.is(TcpConnection.NO_DELAY);
    } else if (attribute.equals(TransportAttribute.KEEP_ALIVE_MS)) {
      value = (int) (c.keepAliveNs / 1_000_000);
    }
    return value == null ? null : attribute.type().cast(value);
  }

  @Override
  public <T> int attribute(TransportConnection connection, TransportAttribute<T> attribute, T value) {
    TcpConnection c = (TcpConnection) connection;
    if (attribute.equals(TransportAttribute.NO_DELAY) && value instanceof Boolean noDelay) {
      if (noDelay) {
        c.on(TcpConnection.NO_DELAY);
        sessions.reschedule(c);
      } else {
        c.off(TcpConnection.NO_DELAY);
      }
      return 0;
    }
    if (attribute.equals(TransportAttribute.KEEP_ALIVE_MS) && value instanceof Integer idleMs) {
      if (idleMs < 0) {
        return SessionError.INVALID.code();
      }
      c.keepAliveNs = idleMs * 1_000_000L;
      c.home.timers.keepAlive(c);
      return 0;
    }
    if (attribute.equals(TransportAttribute.CONGESTION_CONTROL) && value instanceof String name) {
      return c.home.congestion.choose(c, name) ? 0 : SessionError.INVALID.code();
    }
    return SessionError.NOSUPPORT.code();
  }

  // ---- Formatters.

  @Override
  public String format(TransportConnection connection, Verbosity verbosity) {
    TcpConnection c = (TcpConnection) connection;
    return switch (verbosity) {
      case ID -> Handle.text(c.handle());
      case LINE -> c.state.name();
      case FULL -> TcpConnectionView.full(c).text();
    };
  }

  @Override
  public String formatHalfOpen(TransportConnection halfOpen, Verbosity verbosity) {
    HalfOpenConnection h = (HalfOpenConnection) halfOpen;
    return switch (verbosity) {
      case ID -> Handle.text(h.handle());
      case LINE -> TcpState.SYN_SENT.name();
      case FULL -> "  iss " + Integer.toUnsignedString(h.handshake.iss) + ", SYNs " + h.syns + "\n";
    };
  }

  @Override
  public String formatListener(TransportConnection listener, Verbosity verbosity) {
    return verbosity == Verbosity.ID ? Handle.text(listener.handle()) : verbosity == Verbosity.LINE ? "LISTEN" : "";
  }

  /** What of the plugin's is in use, of all workers; exact when no worker runs. */
  int inUse() {
    int used = connects.used() + listeners.used();
    for (TcpWorker worker : perWorker) {
      used += worker.senders.lent() + worker.receivers.lent();
      used += worker.connections.used() + worker.listen.pending() + worker.timeWait.used();
    }
    return used;
  }
}
