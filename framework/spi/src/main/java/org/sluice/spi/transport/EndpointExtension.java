package org.sluice.spi.transport;

/**
 * Typed configuration that travels with a listen or connect to the transport that knows its class, for example a TLS
 * profile. Implementations are immutable values.
 */
public interface EndpointExtension {}
