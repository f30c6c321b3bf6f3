/**
 * Workers in virtual time that do nothing but move packets, for tests of cards. {@link org.sluice.testkit.nic.NicWorld}
 * is where to start; {@code NicContract} of the contract package uses it.
 */
@NullMarked
package org.sluice.testkit.nic;

import org.jspecify.annotations.NullMarked;
