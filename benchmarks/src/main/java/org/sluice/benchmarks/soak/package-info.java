/**
 * Minutes of random traffic over sessions of application threads; start with {@link
 * org.sluice.benchmarks.soak.SoakRun}. Each pair of applications goes through drawn sessions one after the other,
 * several pairs at once; every byte is checked, and so is that all of them move.
 */
@NullMarked
package org.sluice.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
