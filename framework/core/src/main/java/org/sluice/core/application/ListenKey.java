package org.sluice.core.application;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.transport.Endpoint;

/**
 * The key of a listener in a local table (by namespace) or global table (by table set). Local tables tell the two forms
 * of a protocol apart; global ones know a transport's name alone, because packets do not say which form they are of.
 * One that is a key of a map does not change any more; one to look up with may be set again and again.
 */
final class ListenKey {
  private int scope;
  private String protocol = "";
  private long high;
  private long low;
  private int port;

  static ListenKey local(Namespace namespace, String protocol, Endpoint endpoint) {
    return new ListenKey().setLocal(namespace, protocol, endpoint);
  }

  static ListenKey global(int table, String transport, Endpoint endpoint) {
    return new ListenKey().setGlobal(table, transport, endpoint);
  }

  ListenKey setLocal(Namespace namespace, String newProtocol, Endpoint endpoint) {
    return set(~namespace.index(), newProtocol, endpoint);
  }

  ListenKey setGlobal(int table, String transport, Endpoint endpoint) {
    return set(table, transport, endpoint);
  }

  private ListenKey set(int newScope, String newProtocol, Endpoint endpoint) {
    scope = newScope;
    protocol = newProtocol;
    high = endpoint.addressHigh();
    low = endpoint.addressLow();
    port = endpoint.port();
    return this;
  }

  /** Makes it the key of the same port on the unspecified address of the same family. */
  ListenKey setWildcard() {
    IpAddress any = IpAddress.isIp4(high, low) ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6;
    high = any.high();
    low = any.low();
    return this;
  }

  /** Makes it the key of a proxy of the same address. */
  ListenKey setEveryPort() {
    port = 0;
    return this;
  }

  /** Not negative for a key of a global table. */
  int scope() {
    return scope;
  }

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  int port() {
    return port;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ListenKey key
        && low == key.low
        && port == key.port
        && scope == key.scope
        && high == key.high
        && protocol.equals(key.protocol);
  }

  @Override
  public int hashCode() {
    return ((Long.hashCode(high * 31 + low) * 31 + protocol.hashCode()) * 31 + scope) * 31 + port;
  }

  @Override
  public String toString() {
    return protocol + "://" + new IpAddress(high, low) + ":" + port + " in " + scope;
  }
}
