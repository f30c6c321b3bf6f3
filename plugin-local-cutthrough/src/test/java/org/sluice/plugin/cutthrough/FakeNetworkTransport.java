package org.sluice.plugin.cutthrough;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/** A transport for a network: it listens; a connect asks the stack for its local side, and waits when there is one. */
final class FakeNetworkTransport implements TransportVft {
  final List<EndpointConfig> connects = new ArrayList<>();
  int listeners;
  private final LocalEndpoints endpoints;
  private final List<HalfOpen> halfOpens = new ArrayList<>();
  private int protocolId;

  private static final class HalfOpen extends TransportConnection {
    HalfOpen(int slot, int protocolId) {
      reuse(Handle.of(0, slot, 1), protocolId);
    }
  }

  FakeNetworkTransport(LocalEndpoints endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public TransportDescriptor descriptor() {
    return new TransportDescriptor("tcp", "T", ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK, Set.of());
  }

  @Override
  public void enable(int id) {
    protocolId = id;
  }

  @Override
  public long startListen(long listener, EndpointConfig config) {
    return config.local().port() == 1 ? SessionError.PORTINUSE.code() : listeners++;
  }

  @Override
  public void stopListen(long transportListener) {
    listeners--;
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    connects.add(config.copy());
    HalfOpen halfOpen = new HalfOpen(halfOpens.size(), protocolId);
    int error = endpoints.allocate(halfOpen, config);
    if (error != 0) {
      return error;
    }
    halfOpen.sessionHandle(session);
    halfOpens.add(halfOpen);
    return halfOpen.handle();
  }

  @Override
  public void cleanupHalfOpen(TransportConnection halfOpen) {
    endpoints.release(halfOpen);
  }

  @Override
  public TransportConnection halfOpen(long halfOpen) {
    return halfOpens.get(Handle.slot(halfOpen));
  }

  @Override
  public void close(TransportConnection connection) {}

  @Override
  public void cleanup(TransportConnection connection) {}

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return null;
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    return null;
  }

  @Override
  public String format(TransportConnection connection, Verbosity verbosity) {
    return "";
  }
}
