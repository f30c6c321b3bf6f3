/**
 * Ours and its peers side by side: start with {@link org.sluice.benchmarks.sidebyside.SideBySide}, and with {@link
 * org.sluice.benchmarks.sidebyside.CutThroughSuite} for what is compared with what. Adding one of ours to a scenario
 * takes a class that implements {@link org.sluice.benchmarks.sidebyside.harness.StreamPeer} or {@link
 * org.sluice.benchmarks.sidebyside.harness.RoundTripPeer} and a line in the suite.
 */
@NullMarked
package org.sluice.benchmarks.sidebyside;

import org.jspecify.annotations.NullMarked;
