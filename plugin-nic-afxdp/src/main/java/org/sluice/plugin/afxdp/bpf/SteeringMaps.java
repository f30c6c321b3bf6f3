package org.sluice.plugin.afxdp.bpf;

/**
 * What the steering program looks into, by descriptor.
 *
 * @param sockets the AF_XDP sockets by queue
 * @param addresses4 the stack's IPv4 addresses
 * @param addresses6 its IPv6 addresses
 * @param ports the ports that are the stack's; -1 when all are
 */
record SteeringMaps(int sockets, int addresses4, int addresses6, int ports) {
  boolean byPort() {
    return ports >= 0;
  }
}
