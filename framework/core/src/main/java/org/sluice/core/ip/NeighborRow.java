package org.sluice.core.ip;

import org.sluice.spi.network.IpAddress;

/**
 * What an operator sees of a neighbour.
 *
 * @param interfaceIndex its interface
 * @param address its IP address
 * @param mac its hardware address; 0 while it is asked for
 * @param state in words
 * @param ageNs since the state was last changed or confirmed
 * @param waiting packets that wait for its answer
 */
public record NeighborRow(
    int interfaceIndex, IpAddress address, long mac, String state, long ageNs, int waiting) {}
