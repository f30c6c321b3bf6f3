package org.sluice.core.application;

import org.sluice.spi.network.IpAddress;
import org.sluice.spi.transport.Endpoint;

/** The key of a listener in a local table (by namespace) or global table (by table set). */
record ListenKey(int scope, String protocol, long high, long low, int port) {

  static ListenKey local(Namespace namespace, String protocol, Endpoint endpoint) {
    return new ListenKey(
        ~namespace.index(), protocol, endpoint.addressHigh(), endpoint.addressLow(), endpoint.port());
  }

  static ListenKey global(int table, String protocol, Endpoint endpoint) {
    return new ListenKey(table, protocol, endpoint.addressHigh(), endpoint.addressLow(), endpoint.port());
  }

  /** The same port on the unspecified address of the same family. */
  ListenKey wildcard() {
    IpAddress any = IpAddress.isIp4(high, low) ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6;
    return new ListenKey(scope, protocol, any.high(), any.low(), port);
  }
}
