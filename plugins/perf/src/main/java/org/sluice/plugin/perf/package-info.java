/**
 * Measures sessions of any transport: {@link org.sluice.plugin.perf.PerfApplication} serves, the commands {@code perf
 * stream}, {@code perf rtt} and {@code perf connect} are clients.
 *
 * <p>The protocol. A client's first 16 bytes are a hello: the magic {@code SPRF}, a version (1), a kind, ten zero
 * bytes; any other hello is answered by a reset. Kind 1, sink: the server discards what follows; when the client
 * half-closes it answers with the number of bytes it discarded, 8 bytes big-endian, and closes. Kind 2, echo:
 * everything after the hello comes back; the server closes when the client has closed.
 *
 * <p>Thread model: servers and clients run as callbacks on the workers that own their sessions, or, when asked to, each
 * session on a thread of its own. What is measured is kept per worker or thread, written by that one alone. The command
 * waits on a console thread, which also decides when a run begins and ends.
 */
@NullMarked
package org.sluice.plugin.perf;

import org.jspecify.annotations.NullMarked;
