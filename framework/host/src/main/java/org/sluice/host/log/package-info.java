/**
 * What is logged of each plugin, at run time. The only place that knows Logback; where another back end of SLF4J was
 * put in its place, levels are what that one is configured for, and {@link org.sluice.host.log.PluginLogs} says so.
 */
@NullMarked
package org.sluice.host.log;

import org.jspecify.annotations.NullMarked;
