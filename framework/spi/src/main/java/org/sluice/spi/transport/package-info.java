/**
 * What a transport gives: {@link org.sluice.spi.transport.TransportVft}, its connections, endpoints, attributes, pacer,
 * and the congestion control contract.
 *
 * <p>The other half, what a transport is given, is {@code org.sluice.spi.session.SessionLayer}. This package does not
 * depend on it: sessions are named here by their handle, errors by the negative code of
 * {@link org.sluice.spi.error.SessionError}.
 *
 * <p>Thread model: setup on worker 0; everything about a connection on the worker that owns it.
 */
@NullMarked
package org.sluice.spi.transport;

import org.jspecify.annotations.NullMarked;
