/**
 * Workers in virtual time that do nothing but move packets, for tests of cards. {@link org.sluice.testkit.nic.NicWorld}
 * is where to start; {@code NicContract} of the contract package uses it. {@link org.sluice.testkit.nic.ImpairedBridge}
 * joins cards, also real ones.
 */
@NullMarked
package org.sluice.testkit.nic;

import org.jspecify.annotations.NullMarked;
