/**
 * Fake transports: {@link org.sluice.testkit.transport.FakeTransport} carries data between its own connections over a
 * bounded wire, once for each tx mode; {@link org.sluice.testkit.transport.ScriptedTransport} does what a test tells
 * it. Both send through a {@link org.sluice.testkit.transport.FakePacketSink}.
 *
 * <p>Thread model: that of transports. They are made for simulations, and allocate where a real one must not.
 */
@NullMarked
package org.sluice.testkit.transport;

import org.jspecify.annotations.NullMarked;
