/**
 * Race tests and benchmarks of segments, FIFOs and event queues. The classes named {@code ...Stress} are run by
 * jcstress, on threads of its own; start with {@link org.sluice.benchmarks.memory.EventFlagStress}. Those named {@code
 * ...Benchmark} are run by JMH.
 */
@NullMarked
package org.sluice.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
