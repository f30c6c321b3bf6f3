/**
 * Race tests and benchmarks of the flow table. The classes named {@code ...Stress} are run by jcstress, on threads of
 * its own; start with {@link org.sluice.benchmarks.lookup.FlowReuseStress}. Those named {@code ...Benchmark} are run by
 * JMH.
 */
@NullMarked
package org.sluice.benchmarks.lookup;

import org.jspecify.annotations.NullMarked;
