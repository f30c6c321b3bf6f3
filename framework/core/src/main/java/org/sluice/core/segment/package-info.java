/**
 * Segments: who owns the memory of FIFOs and event queues, when more is added, when it goes.
 *
 * <p>An application worker's own sessions get their FIFOs from {@link org.sluice.core.segment.SegmentManager}, called
 * by any worker; pairs of applications on this host share segments of {@link org.sluice.core.segment.LocalSegments},
 * called by the one stack worker that carries the pair. Both charge {@link org.sluice.core.segment.SegmentBudget} and
 * name their segments by {@link org.sluice.core.segment.SegmentRegistry}.
 */
@NullMarked
package org.sluice.core.segment;

import org.jspecify.annotations.NullMarked;
