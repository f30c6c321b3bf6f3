/**
 * Puts a host together: {@link org.sluice.host.boot.Host} reads the configuration, starts the stack, the control socket
 * and the plugins, and stops them in reverse. The host's own console commands are here too.
 *
 * <p>Thread model: boot and close run on the main thread; everything else on console threads.
 */
@NullMarked
package org.sluice.host.boot;

import org.jspecify.annotations.NullMarked;
