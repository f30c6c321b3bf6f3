/**
 * Race tests of sessions in application threads; run by jcstress, on threads of its own. Start with {@link
 * org.sluice.benchmarks.stream.StreamSleepStress}.
 */
@NullMarked
package org.sluice.benchmarks.stream;

import org.jspecify.annotations.NullMarked;
