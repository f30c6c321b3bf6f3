/**
 * Sluice's side. The classes named {@code Callback...} run both applications on one worker, by callbacks.
 */
@NullMarked
package org.sluice.benchmarks.sidebyside.ours;

import org.jspecify.annotations.NullMarked;
