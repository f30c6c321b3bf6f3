/**
 * Event loops and what they are made of: workers, mailboxes, timer wheel, idle strategy, clock, counters.
 *
 * <p>Thread model: a {@link org.sluice.core.runtime.StackWorker} is an execution context. {@link
 * org.sluice.core.runtime.WorkerSet#start} gives each one a platform thread; a simulation calls {@link
 * org.sluice.core.runtime.StackWorker#turn} by itself instead. Everything a worker owns is touched only while it is
 * current; other contexts reach it through its {@link org.sluice.core.runtime.Mailbox} and its {@link
 * org.sluice.core.runtime.ControlQueue}. Start reading with {@code StackWorker.turn()}.
 */
@NullMarked
package org.sluice.core.runtime;

import org.jspecify.annotations.NullMarked;
