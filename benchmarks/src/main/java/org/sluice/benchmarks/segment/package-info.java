/**
 * Race tests of segment managers, run by jcstress. Start with {@link
 * org.sluice.benchmarks.segment.SegmentRemovalStress}.
 */
@NullMarked
package org.sluice.benchmarks.segment;

import org.jspecify.annotations.NullMarked;
