/**
 * The command line, {@code sluice run|ctl|demo|plugin|version|help}: {@link org.sluice.host.cli.SluiceCommand} and a
 * class for each command. Exit statuses: 0 done, 1 failed, 2 wrong usage, 3 no host to talk to, 130 cancelled.
 *
 * <p>Thread model: everything runs on the main thread, which waits while a host runs.
 */
@NullMarked
package org.sluice.host.cli;

import org.jspecify.annotations.NullMarked;
