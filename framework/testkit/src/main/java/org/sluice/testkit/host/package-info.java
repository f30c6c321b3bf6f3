/**
 * What plugins are given, for tests: {@link org.sluice.testkit.host.TestHost} over a stack, and
 * {@link org.sluice.testkit.host.Simulation}, a stack in virtual time.
 *
 * <p>Thread model: that of the test.
 */
@NullMarked
package org.sluice.testkit.host;

import org.jspecify.annotations.NullMarked;
