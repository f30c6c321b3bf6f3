/**
 * Memory that two contexts, or two processes, share: segments, byte FIFOs, event queues.
 *
 * <p>A {@link org.sluice.spi.memory.Segment} holds everything by offset. A {@link org.sluice.spi.memory.Fifo} has one
 * {@link org.sluice.spi.memory.FifoProducer} and one {@link org.sluice.spi.memory.FifoConsumer}; an {@link
 * org.sluice.spi.memory.EventQueue} has many producers and one consumer. Layouts are described at {@code
 * SegmentLayout}, {@link org.sluice.spi.memory.Fifo} and {@code QueueLayout}, and in {@code docs/memory-format.md}.
 * Integers are in the byte order of the machine.
 *
 * <p>Thread model: a side of a FIFO belongs to one {@link org.sluice.spi.runtime.ExecutionContext}; segments may be
 * used by any thread; nothing here blocks, locks or waits. Data is published by a release store of a position and seen
 * by an acquire load; the notification protocols put a fence between their store and their load.
 *
 * <p>Trust: what another process may have written is proved before it is used as an offset, a length or a link, and
 * every walk is bounded. A peer can spoil the data it shares with us, never make us touch memory outside of the segment
 * or run for ever. A peer that truncates the mapped file can: map only files that nobody else may truncate.
 */
@NullMarked
package org.sluice.spi.memory;

import org.jspecify.annotations.NullMarked;
