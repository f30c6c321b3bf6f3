/**
 * The log: how a line looks, for people or for the journal of systemd; the set-up for a distribution whose file was not
 * changed; the levels of plugins at run time. The only place that knows Logback; where another back end of SLF4J was
 * put in its place, levels are what that one is configured for, and {@link org.sluice.host.log.PluginLogs} says so.
 *
 * <p>Thread model: set up on the main thread; lines are written by whoever logs.
 */
@NullMarked
package org.sluice.host.log;

import org.jspecify.annotations.NullMarked;
