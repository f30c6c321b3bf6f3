package org.sluice.core.lookup;

import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/** Chooses the own address of an active open that named none: the IP layer, by its route to the remote side. */
@FunctionalInterface
public interface SourceAddressSelector {

  /** What a stack without a network answers: NOINTF. */
  SourceAddressSelector NO_NETWORK = (config, connection) -> SessionError.NOINTF.code();

  /**
   * Writes the local address and the interface into the connection. Worker 0.
   *
   * @param config where to; its table is resolved
   * @param connection gets local address and interface; its table is set, its remote side may not be
   * @return 0; or NOROUTE, NOINTF, NOIP
   */
  int select(EndpointConfig config, TransportConnection connection);
}
