/**
 * IP packets: reassembly, ICMP errors, path MTUs, and what a host does to configure itself on an IPv6 link.
 *
 * <p>Entry classes: {@link org.sluice.core.ip.Reassembler}, {@link org.sluice.core.ip.IcmpErrors} and {@link
 * org.sluice.core.ip.ReceivedIcmpError}, {@link org.sluice.core.ip.PathMtuCache}, {@link
 * org.sluice.core.ip.RouterDiscovery}, {@link org.sluice.core.ip.DuplicateAddressDetection}.
 *
 * <p>Thread model: what handles packets belongs to one worker; path MTUs are read by all.
 */
@NullMarked
package org.sluice.core.ip;

import org.jspecify.annotations.NullMarked;
