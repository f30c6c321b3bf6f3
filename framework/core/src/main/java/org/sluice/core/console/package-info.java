/**
 * The stack's own console commands: {@code show session}, {@code show app}, {@code show segment-manager} and their kin.
 * {@link org.sluice.core.console.StackCommands} is the entry.
 *
 * <p>Thread model: commands run on console threads, several at once. What a worker owns they read by a query that runs
 * on that worker, piece by piece where it may be long, and only values come back; a worker that does not answer in time
 * ends the command, never the console.
 */
@NullMarked
package org.sluice.core.console;

import org.jspecify.annotations.NullMarked;
