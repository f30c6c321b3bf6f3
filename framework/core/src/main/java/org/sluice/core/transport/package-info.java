/**
 * The transports of the stack: {@link org.sluice.core.transport.TransportRegistry} gives them their ids and keeps what
 * is registered. Written on worker 0, read by every worker.
 */
@NullMarked
package org.sluice.core.transport;

import org.jspecify.annotations.NullMarked;
