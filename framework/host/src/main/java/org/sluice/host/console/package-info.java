/**
 * The console: one registry of commands, run from a terminal, from standard input, or by {@code sluice ctl} over a
 * Unix-domain socket, with results as text or JSON. Entry class: {@link org.sluice.host.console.Console}.
 *
 * <p>Thread model: a command runs on the thread of the console it was typed on, may block there and is cancelled by an
 * interrupt. The registry may be changed by any thread.
 */
@NullMarked
package org.sluice.host.console;

import org.jspecify.annotations.NullMarked;
