/**
 * What a side-by-side run measures: repetitions of {@link org.sluice.benchmarks.sidebyside.measure.Contender}s in turn,
 * figures of each repetition, and their quartiles. Knows neither ours nor any peer.
 */
@NullMarked
package org.sluice.benchmarks.sidebyside.measure;

import org.jspecify.annotations.NullMarked;
