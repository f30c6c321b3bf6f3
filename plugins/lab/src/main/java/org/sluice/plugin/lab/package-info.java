/**
 * A bench for the session layer: applications that are attached, listen, connect and send by console commands ({@code
 * lab attach} and the others), and a transport, {@link org.sluice.plugin.lab.HoleTransport}, whose connects stay
 * half-open until the operator answers or refuses them. Needs neither root nor a network.
 *
 * <p>Thread model: callbacks run on the worker that owns the session, the transport on worker 0; commands run on
 * console threads, and what they share with callbacks is in concurrent maps and atomics.
 */
@NullMarked
package org.sluice.plugin.lab;

import org.jspecify.annotations.NullMarked;
