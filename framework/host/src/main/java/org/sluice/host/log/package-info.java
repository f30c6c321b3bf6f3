/**
 * How the log looks: one line per event on standard error, for people or for the journal of systemd, and the set-up of
 * logging for a distribution whose file was not changed.
 *
 * <p>Thread model: set up on the main thread; lines are written by whoever logs.
 */
@NullMarked
package org.sluice.host.log;

import org.jspecify.annotations.NullMarked;
