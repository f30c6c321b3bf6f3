/**
 * The echo service: {@link org.sluice.plugin.echo.EchoApplication} sends back what it receives on each session, in the
 * manner of RFC 862, and the console command {@code echo send} is a client for it.
 *
 * <p>Thread model: session callbacks run on the worker that owns the session; the command waits on a console thread.
 */
@NullMarked
package org.sluice.plugin.echo;

import org.jspecify.annotations.NullMarked;
