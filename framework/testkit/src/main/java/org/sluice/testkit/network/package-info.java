/**
 * A network without IP: {@link org.sluice.testkit.network.FakeNetwork} carries what transports send to other table sets
 * and stacks, in virtual time, with the accidents that a seed decides.
 *
 * <p>Thread model: one thread, that of the simulation.
 */
@NullMarked
package org.sluice.testkit.network;

import org.jspecify.annotations.NullMarked;
