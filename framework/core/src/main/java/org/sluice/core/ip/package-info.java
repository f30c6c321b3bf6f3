/**
 * Packets: what comes in from the cards is checked and given to the protocols, what they send is addressed and given to
 * the cards; neighbours (ARP and neighbour discovery), ICMP, fragments, path MTUs, and what a host does to configure
 * itself on an IPv6 link.
 *
 * <p>Entry classes: {@link org.sluice.core.ip.IpLayer} puts it together, {@link org.sluice.core.ip.IpWorker} is one
 * worker's part, {@link org.sluice.core.ip.StackPath} the way out; {@link org.sluice.core.ip.Reassembler}, {@link
 * org.sluice.core.ip.IcmpErrors} and {@link org.sluice.core.ip.ReceivedIcmpError}, {@link
 * org.sluice.core.ip.PathMtuCache}, {@link org.sluice.core.ip.RouterDiscovery}, {@link
 * org.sluice.core.ip.DuplicateAddressDetection}. Interfaces, addresses and routes are read from the snapshot of {@link
 * org.sluice.core.network.NetworkPlane}. Nothing is forwarded.
 *
 * <p>Thread model: each worker has its own ports, paths and batches. The neighbours are written by worker 0; every
 * worker reads their hardware addresses. Path MTUs are read by all.
 */
@NullMarked
package org.sluice.core.ip;

import org.jspecify.annotations.NullMarked;
