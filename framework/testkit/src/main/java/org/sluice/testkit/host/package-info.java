/**
 * A host for tests: {@link org.sluice.testkit.host.SimulatedHost} is a stack in virtual time, {@link
 * org.sluice.testkit.host.SimulatedPlugin} is what one plugin is given on it. A plugin's extensions are made by hand
 * and added; nothing is loaded from jars or files.
 *
 * <p>Thread model: that of {@link org.sluice.testkit.runtime.DeterministicRuntime}, everything on the test's thread.
 */
@NullMarked
package org.sluice.testkit.host;

import org.jspecify.annotations.NullMarked;
