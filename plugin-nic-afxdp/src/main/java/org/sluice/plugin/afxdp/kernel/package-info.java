/**
 * What the driver asks of the operating system, and the one class that makes system calls.
 *
 * <p>{@link org.sluice.plugin.afxdp.kernel.Kernel} is the seam: tests put rings on memory of their own behind it.
 */
@NullMarked
package org.sluice.plugin.afxdp.kernel;

import org.jspecify.annotations.NullMarked;
