package org.sluice.spi.transport;

/**
 * Which congestion control the connection of a connect is to have, or those that a listener accepts. A transport that
 * chooses among algorithms (TCP) answers INVALID to a name that it does not know, and its log says which it knows;
 * other transports ignore it. An algorithm whose plugin goes later is replaced by the transport's own choice. Of one
 * session the algorithm can still be changed, see {@link TransportAttribute#CONGESTION_CONTROL}.
 *
 * @param algorithm its {@link CongestionControl#name}
 */
public record CongestionWish(String algorithm) implements EndpointExtension {}
