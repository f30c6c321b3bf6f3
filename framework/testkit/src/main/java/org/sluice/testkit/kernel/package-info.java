/**
 * Parts of this host's kernel for tests: network namespaces and pairs of virtual interfaces of a test's own, by the
 * command {@code ip}. {@link org.sluice.testkit.kernel.VethPair} is where to start.
 */
@NullMarked
package org.sluice.testkit.kernel;

import org.jspecify.annotations.NullMarked;
