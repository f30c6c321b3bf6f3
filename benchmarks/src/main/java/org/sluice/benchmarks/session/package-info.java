/**
 * Race tests and benchmarks of the session layer. The classes named {@code ...Stress} are run by jcstress; start with
 * {@link org.sluice.benchmarks.session.HalfOpenStress}. Those named {@code ...Benchmark} are run by JMH.
 */
@NullMarked
package org.sluice.benchmarks.session;

import org.jspecify.annotations.NullMarked;
