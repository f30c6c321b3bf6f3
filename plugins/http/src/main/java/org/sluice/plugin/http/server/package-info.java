/**
 * Sessions that are answered, listeners and commands: {@link org.sluice.plugin.http.server.HttpApplication} is where
 * they meet.
 *
 * <p>Thread model: the protocol of a session lives in its callbacks, on the worker that owns it, which copies bytes
 * between FIFOs and buffers and never waits for a disk. Finding, opening and reading a file are pieces of the session's
 * {@link org.sluice.plugin.http.resource.FileLane}, on background threads of the plugin; its control slot wakes the
 * session. One chunk is read while the one before goes into the tx FIFO; a peer that does not read leaves both where
 * they are. Requests that come while one is answered stay in the rx FIFO, so a peer that sends more than is answered
 * waits for room. Deadlines are looked at on worker 0, which wakes the sessions they are over for.
 */
@NullMarked
package org.sluice.plugin.http.server;

import org.jspecify.annotations.NullMarked;
