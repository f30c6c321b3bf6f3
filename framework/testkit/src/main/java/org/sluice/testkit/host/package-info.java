/**
 * What plugins are given, for tests: {@link org.sluice.testkit.host.TestHost} over a stack, and
 * {@link org.sluice.testkit.host.Simulation}, a stack in virtual time. A plugin's extensions are made by hand and
 * added; nothing is loaded from jars or files.
 *
 * <p>Thread model: that of the test.
 */
@NullMarked
package org.sluice.testkit.host;

import org.jspecify.annotations.NullMarked;
