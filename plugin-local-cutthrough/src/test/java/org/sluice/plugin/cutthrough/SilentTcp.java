package org.sluice.plugin.cutthrough;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/** A network transport whose peers never answer: it listens, and its connects wait until a test fails them. */
final class SilentTcp implements TransportVft {
  private final SessionLayer sessions;
  private final List<Flow> flows = new ArrayList<>();
  private int protocolId;

  SilentTcp(SessionLayer sessions) {
    this.sessions = sessions;
  }

  private static final class Flow extends TransportConnection {
    final boolean listens;
    boolean failed;

    Flow(int slot, int protocolId, long session, EndpointConfig config, boolean listens) {
      this.listens = listens;
      reuse(Handle.of(0, slot, 0), protocolId);
      endpoints(config);
      sessionHandle(session);
    }
  }

  /** Fails every connect and keeps its half-open connection, as a transport may until its application was told. */
  void failConnects(int error) {
    for (Flow flow : flows) {
      if (!flow.listens) {
        flow.failed = true;
        sessions.connectNotify(flow.sessionHandle(), null, error);
      }
    }
  }

  /** Lets go of every half-open connection. */
  void deleteHalfOpens() {
    flows.stream().filter(flow -> !flow.listens).forEach(flow -> sessions.halfOpenDeleteNotify(flow.sessionHandle()));
  }

  private Flow add(long session, EndpointConfig config, boolean listens) {
    Flow flow = new Flow(flows.size(), protocolId, session, config, listens);
    flows.add(flow);
    return flow;
  }

  @Override
  public TransportDescriptor descriptor() {
    return new TransportDescriptor("tcp", "T", ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK);
  }

  @Override
  public void enable(int id) {
    protocolId = id;
  }

  @Override
  public long startListen(long listener, EndpointConfig config) {
    return add(listener, config, true).handle();
  }

  @Override
  public void stopListen(long transportListener) {}

  @Override
  public long connect(long session, EndpointConfig config) {
    return add(session, config, false).handle();
  }

  @Override
  public void close(TransportConnection connection) {}

  @Override
  public void cleanup(TransportConnection connection) {}

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return flows.get(Handle.slot(connection));
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    return connection(transportListener);
  }

  @Override
  public String formatListener(TransportConnection listener, Verbosity verbosity) {
    return verbosity == Verbosity.LINE ? "LISTEN" : "";
  }

  @Override
  public String formatHalfOpen(TransportConnection halfOpen, Verbosity verbosity) {
    String state = ((Flow) halfOpen).failed ? "CLOSED" : "SYN_SENT";
    return switch (verbosity) {
      case ID -> "";
      case LINE -> state;
      case FULL -> "  " + state + "\n  no answer yet\n";
    };
  }
}
