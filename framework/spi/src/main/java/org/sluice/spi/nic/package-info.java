/**
 * The contract of network cards: a {@link org.sluice.spi.nic.NicDriver} opens a {@link org.sluice.spi.nic.Nic} whose
 * queues are each given to one worker and move {@link org.sluice.spi.nic.PacketBatch}es.
 *
 * <p>A packet is described by primitives in a batch (pool, offset, length, flags, metadata), never by an object.
 * Capture, loss, delay and shaping are decorators of a {@code Nic}, never flags inside a driver.
 *
 * <p>Thread model: a queue is called only by the worker it was given to; {@code Nic} and {@code NicDriver} by worker 0.
 */
@NullMarked
package org.sluice.spi.nic;

import org.jspecify.annotations.NullMarked;
