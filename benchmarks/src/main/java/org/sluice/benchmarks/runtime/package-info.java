/**
 * Race tests of what lies between workers: mailbox, control slots, sleeping and waking. The classes named
 * {@code ...Stress} are run by jcstress, on threads of its own; start with {@link
 * org.sluice.benchmarks.runtime.WakeUpStress}. Those named {@code ...Benchmark} are run by JMH.
 */
@NullMarked
package org.sluice.benchmarks.runtime;

import org.jspecify.annotations.NullMarked;
