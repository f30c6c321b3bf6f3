/**
 * What makes a start short: the cache of loaded classes that the launcher {@code bin/sluice} hands to the JVM.
 *
 * <p>Thread model: the main thread.
 */
@NullMarked
package org.sluice.host.start;

import org.jspecify.annotations.NullMarked;
