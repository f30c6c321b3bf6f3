package org.sluice.plugin.cutthrough;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.PluginScope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/**
 * A transport to a network where nobody answers. Own addresses and ports it gets from the session layer, as every
 * network transport does.
 */
final class FakeNetworkTransport implements TransportVft {
  final List<EndpointConfig> listens = new ArrayList<>();
  final List<EndpointConfig> connects = new ArrayList<>();
  final List<Long> stopped = new ArrayList<>();
  final Map<Long, Link> pending = new HashMap<>();
  int listeners;

  /** Whether it refuses to listen. */
  boolean refusing;

  private final SessionLayer sessions;
  private final Map<Long, Link> listening = new HashMap<>();
  private int protocol;
  private long nextHandle;

  FakeNetworkTransport(PluginScope scope) {
    sessions = scope.sessions();
  }

  /** A connection on its way, or the place of a listener. */
  static final class Link extends TransportConnection {
    Link(long handle, int protocol) {
      reuse(handle, protocol);
    }
  }

  @Override
  public TransportDescriptor descriptor() {
    return new TransportDescriptor("tcp", "T", ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK, Set.of());
  }

  @Override
  public void enable(int protocolId) {
    protocol = protocolId;
  }

  @Override
  public long startListen(long listener, EndpointConfig config) {
    if (refusing || config.local().port() == 1) {
      return SessionError.PORTINUSE.code();
    }
    listens.add(config.copy());
    listeners++;
    Link link = new Link(nextHandle++, protocol);
    link.endpoints(config);
    link.sessionHandle(listener);
    sessions.localEndpoints().share(link);
    listening.put(link.handle(), link);
    return link.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    listeners--;
    stopped.add(transportListener);
    sessions.localEndpoints().release(Objects.requireNonNull(listening.remove(transportListener)));
  }

  @Override
  public long connect(long session, EndpointConfig config) {
    connects.add(config.copy());
    Link link = new Link(nextHandle++, protocol);
    int error = sessions.localEndpoints().allocate(link, config);
    if (error != 0) {
      return error;
    }
    link.sessionHandle(session);
    pending.put(link.handle(), link);
    return link.handle();
  }

  @Override
  public @Nullable TransportConnection halfOpen(long halfOpen) {
    return pending.get(halfOpen);
  }

  @Override
  public void cleanupHalfOpen(TransportConnection halfOpen) {
    pending.remove(halfOpen.handle());
    sessions.localEndpoints().release(halfOpen);
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
    return listening.get(transportListener);
  }

  @Override
  public String format(TransportConnection connection, Verbosity verbosity) {
    return "";
  }
}
