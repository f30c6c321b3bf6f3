package org.sluice.core.policy;

import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/**
 * What a rule matches. Of several that match one wins: that with the longer remote prefix, then the longer local one,
 * then the one that names the remote port, then the one that names the local port.
 *
 * @param remote where the peer is
 * @param local where we are; of the same family
 * @param remotePort 0 to 65535 in host order; 0 for any
 * @param localPort 0 to 65535 in host order; 0 for any
 */
public record RuleKey(IpPrefix remote, IpPrefix local, int remotePort, int localPort) {

  /** Checks the values, and drops the bits of the addresses that do not count. */
  public RuleKey {
    if (remote.isIp4() != local.isIp4()) {
      throw new IllegalArgumentException(
          "remote " + remote + " and local " + local + " are not of the same address family");
    }
    check(remotePort);
    check(localPort);
    remote = remote.mask();
    local = local.mask();
  }

  private static void check(int port) {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
  }

  /**
   * The same for a connect, which has no local side yet.
   *
   * @return a key that matches any local address and port
   */
  public RuleKey withoutLocal() {
    return new RuleKey(remote, isIp4() ? IpPrefix.ALL_IP4 : IpPrefix.ALL_IP6, remotePort, 0);
  }

  /**
   * The address family.
   *
   * @return true for IPv4
   */
  public boolean isIp4() {
    return remote.isIp4();
  }

  /**
   * Whether a flow is matched.
   *
   * @param remoteAddress the peer's address
   * @param localAddress ours
   * @param toRemotePort the peer's port
   * @param toLocalPort ours
   * @return true when all four are
   */
  public boolean matches(IpAddress remoteAddress, IpAddress localAddress, int toRemotePort, int toLocalPort) {
    return remote.contains(remoteAddress)
        && local.contains(localAddress)
        && (remotePort == 0 || remotePort == toRemotePort)
        && (localPort == 0 || localPort == toLocalPort);
  }

  @Override
  public String toString() {
    return "remote " + remote + " port " + port(remotePort) + ", local " + local + " port " + port(localPort);
  }

  private static String port(int port) {
    return port == 0 ? "any" : Integer.toString(port);
  }
}
