/**
 * Looks after the workers from outside: {@link org.sluice.host.watch.Watchdog} finds callbacks that do not return and
 * names the plugin whose they are.
 */
@NullMarked
package org.sluice.host.watch;

import org.jspecify.annotations.NullMarked;
