/**
 * What a plugin needs of the machine below it: time, workers, timers, messages, counters.
 *
 * <p>Everything here is a contract; {@code core} implements it on threads and the testkit implements it in virtual time
 * on one thread. A plugin that uses nothing else runs unchanged on both. Start with {@link
 * org.sluice.spi.runtime.Workers}.
 *
 * <p>Thread model: an <em>owner</em> is an {@link org.sluice.spi.runtime.ExecutionContext}, not a Java thread. Objects
 * of this package say in their documentation who may call them.
 */
@NullMarked
package org.sluice.spi.runtime;

import org.jspecify.annotations.NullMarked;
