package org.sluice.plugin.cutthrough;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/** A transport for a network that has no interface: it listens, and every connect fails for want of one. */
final class FakeNetworkTransport implements TransportVft {
  final List<EndpointConfig> connects = new ArrayList<>();
  int listeners;

  @Override
  public TransportDescriptor descriptor() {
    return new TransportDescriptor("tcp", "T", ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK, Set.of());
  }

  @Override
  public void enable(int protocolId) {}

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
    return SessionError.NOINTF.code();
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
