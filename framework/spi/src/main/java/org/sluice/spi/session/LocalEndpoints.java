package org.sluice.spi.session;

import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/**
 * The book of local addresses and ports in use, shared by all transports. An entry may be shared by flows whose remote
 * sides differ; it counts its users.
 */
public interface LocalEndpoints {

  /**
   * Chooses the local side of an active open and writes it into the connection: the address from the configuration or
   * from the route to the remote side, the port as asked for or at random. Worker 0.
   *
   * @param connection gets local address, port, interface and table; its protocol is set
   * @param config where to, and what local side is wanted
   * @return 0; or NOROUTE, NOINTF, NOIP, NOPORT, PORTINUSE, ADDR_NOT_IN_USE when the address asked for is none of the
   *     table's interfaces
   */
  int allocate(TransportConnection connection, EndpointConfig config);

  /**
   * Adds a user of an endpoint that is in use, for example for a connection that took it over.
   *
   * @param connection whose local side counts. Worker 0
   */
  void share(TransportConnection connection);

  /**
   * Gives the local side back; it is free for others when its last user has released it. Any worker, never refused.
   *
   * @param connection whose local side counts
   */
  void release(TransportConnection connection);

  /**
   * How many entries are in use. Any context; a snapshot.
   *
   * @return entries
   */
  int inUse();
}
