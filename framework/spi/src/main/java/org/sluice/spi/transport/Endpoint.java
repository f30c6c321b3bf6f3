package org.sluice.spi.transport;

import org.sluice.spi.network.IpAddress;

/**
 * One side of a flow: two address longs (see {@link IpAddress}), port, interface, table. Immutable; made once by the
 * control plane and reused, because the data path works on the bare fields of {@link TransportConnection}.
 *
 * @param addressHigh first half of the address
 * @param addressLow second half of the address
 * @param port 0 to 65535; 0 means any
 * @param interfaceIndex the interface or scope, or {@link #ANY_INTERFACE}
 * @param table the table set, or {@link #NAMESPACE_TABLE} for the one of the application's namespace
 */
public record Endpoint(long addressHigh, long addressLow, int port, int interfaceIndex, int table) {
  /** Any interface. */
  public static final int ANY_INTERFACE = -1;
  /** The table set of the application's namespace. */
  public static final int NAMESPACE_TABLE = -1;
  /** Nothing is wanted: any IPv4 address and port. */
  public static final Endpoint ANY_IP4 = of(IpAddress.ANY_IP4, 0);

  /**
   * Checks the port.
   *
   * @throws IllegalArgumentException for a port outside 0 to 65535
   */
  public Endpoint {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
  }

  /**
   * An endpoint on any interface, in the namespace's table set.
   *
   * @param address the address
   * @param port 0 to 65535
   * @return the endpoint
   */
  public static Endpoint of(IpAddress address, int port) {
    return new Endpoint(address.high(), address.low(), port, ANY_INTERFACE, NAMESPACE_TABLE);
  }

  /**
   * An endpoint from text.
   *
   * @param address an IP literal
   * @param port 0 to 65535
   * @return the endpoint
   * @throws IllegalArgumentException when the literal is none
   */
  public static Endpoint of(String address, int port) {
    return of(IpAddress.parse(address), port);
  }

  /**
   * The address as one object. Allocates.
   *
   * @return the address
   */
  public IpAddress address() {
    return new IpAddress(addressHigh, addressLow);
  }

  /**
   * The family.
   *
   * @return true for IPv4
   */
  public boolean isIp4() {
    return IpAddress.isIp4(addressHigh, addressLow);
  }

  /**
   * The same address and port in another table set.
   *
   * @param newTable the table set
   * @return the endpoint
   */
  public Endpoint withTable(int newTable) {
    return new Endpoint(addressHigh, addressLow, port, interfaceIndex, newTable);
  }

  /**
   * {@code 10.0.0.1:80} or {@code [fe80::1]:80}.
   *
   * @return the text used on the console
   */
  @Override
  public String toString() {
    return isIp4() ? address() + ":" + port : "[" + address() + "]:" + port;
  }
}
