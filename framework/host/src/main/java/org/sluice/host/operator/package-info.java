/**
 * Writes the man page and the completions of shells from the commands themselves. The build of the distribution runs
 * it; a host never does.
 *
 * <p>Thread model: one thread.
 */
@NullMarked
package org.sluice.host.operator;

import org.jspecify.annotations.NullMarked;
