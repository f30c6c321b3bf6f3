/**
 * The built-in cards and what can be put around any card.
 *
 * <p>{@link org.sluice.core.nic.LoopDriver} makes cards whose queues receive what they send. {@link
 * org.sluice.core.nic.WireDriver} makes the two ends of a wire inside the process, which {@link
 * org.sluice.core.nic.Wires} joins: with a rate, a delay, a queue, and whatever goes wrong on the way. {@link
 * org.sluice.core.nic.CaptureNic} writes what crosses a card to a file, {@link org.sluice.core.nic.FaultNic} drops what
 * a test wants dropped.
 *
 * <p>Thread model: that of {@link org.sluice.spi.nic}. A capture writes its file on a thread of its own.
 */
@NullMarked
package org.sluice.core.nic;

import org.jspecify.annotations.NullMarked;
