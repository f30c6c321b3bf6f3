/**
 * Cut-through: local sessions. Two applications of this host are joined by two shared FIFOs, each side's rx FIFO being
 * the other's tx FIFO; no packets, no copies, and no part of this plugin on the data path.
 *
 * <p>{@link org.sluice.plugin.cutthrough.CutThroughTransport} is the transport. Thread model: listeners and half-opens
 * belong to worker 0; both connections of a pair belong to one worker, chosen round robin.
 */
@NullMarked
package org.sluice.plugin.cutthrough;

import org.jspecify.annotations.NullMarked;
