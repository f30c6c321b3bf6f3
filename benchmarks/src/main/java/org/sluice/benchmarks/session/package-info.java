/**
 * The session layer: single operations, run by JMH, and race tests of its protocols between workers, run by jcstress.
 * Of those start with {@link org.sluice.benchmarks.session.HalfOpenStress}.
 */
@NullMarked
package org.sluice.benchmarks.session;

import org.jspecify.annotations.NullMarked;
