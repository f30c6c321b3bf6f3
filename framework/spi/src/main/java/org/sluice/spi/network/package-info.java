/**
 * What a transport needs of the IP layer: addresses, protocol registration, and a
 * {@link org.sluice.spi.network.Path} to send through.
 *
 * <p>Thread model: registration on worker 0; input and paths on the worker of the packet or connection.
 */
@NullMarked
package org.sluice.spi.network;

import org.jspecify.annotations.NullMarked;
