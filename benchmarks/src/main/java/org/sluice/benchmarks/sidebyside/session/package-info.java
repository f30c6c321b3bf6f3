/** The session layer's tables beside what else finds things in a JVM: lookups of flows, and rules. */
@NullMarked
package org.sluice.benchmarks.sidebyside.session;

import org.jspecify.annotations.NullMarked;
