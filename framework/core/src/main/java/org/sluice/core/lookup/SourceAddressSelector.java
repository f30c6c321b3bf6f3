package org.sluice.core.lookup;

import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/** Knows the own addresses of an active open: the IP layer, by its interfaces and its route to the remote side. */
public interface SourceAddressSelector {

  /**
   * Chooses the address of an active open that named none, and writes it and the interface into the connection. Worker
   * 0; allocates nothing.
   *
   * @param config where to; its table is resolved
   * @param connection gets local address and interface; its table is set, its remote side may not be
   * @return 0; or NOROUTE, NOINTF, NOIP
   */
  int select(EndpointConfig config, TransportConnection connection);

  /**
   * Whether an active open may have the address that it named, and has a way to its remote side. Worker 0; allocates
   * nothing.
   *
   * @param config where to; its table is resolved
   * @param connection its local address and table are set
   * @return 0; or ADDR_NOT_IN_USE, NOINTF, NOROUTE
   */
  int check(EndpointConfig config, TransportConnection connection);
}
