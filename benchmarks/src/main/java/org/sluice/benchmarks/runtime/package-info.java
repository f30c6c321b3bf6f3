/**
 * Race tests of what lies between workers: mailbox, control slots, sleeping and waking. Each class is run by jcstress,
 * on threads of its own; start with {@link org.sluice.benchmarks.runtime.WakeUpStress}.
 */
@NullMarked
package org.sluice.benchmarks.runtime;

import org.jspecify.annotations.NullMarked;
