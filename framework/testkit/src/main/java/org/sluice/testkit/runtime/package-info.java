/**
 * Time and threads under a test's control.
 *
 * <p>{@link org.sluice.testkit.runtime.DeterministicRuntime} runs whole stacks in virtual time on the calling thread,
 * one worker's turn after the other in a seeded order. {@link org.sluice.testkit.runtime.InterleavingScheduler} goes
 * finer: it runs contexts that share memory ({@link org.sluice.testkit.runtime.Actor}) one access at a time. Both
 * replay a run from its seed, which each failure names.
 *
 * <p>Thread model: one thread, except for the actors, of which exactly one runs at any time.
 */
@NullMarked
package org.sluice.testkit.runtime;

import org.jspecify.annotations.NullMarked;
