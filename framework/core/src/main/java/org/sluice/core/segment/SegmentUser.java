package org.sluice.core.segment;

/**
 * An application worker as one end of a local pair.
 *
 * @param handle the application worker's handle
 * @param budget its application's budget: each end is charged for a shared segment
 * @param listener told about shared segments
 */
public record SegmentUser(long handle, SegmentBudget budget, SegmentListener listener) {}
