/**
 * Race tests of the session layer's protocols between workers, run by jcstress. Start with {@link
 * org.sluice.benchmarks.session.HalfOpenStress}.
 */
@NullMarked
package org.sluice.benchmarks.session;

import org.jspecify.annotations.NullMarked;
