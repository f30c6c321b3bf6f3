/** Benchmarks of single operations of the session layer, run by JMH. */
@NullMarked
package org.sluice.benchmarks.session;

import org.jspecify.annotations.NullMarked;
