/**
 * The boundary to plugins: what a plugin throws is caught, counted and logged under its id by {@link
 * org.sluice.core.fault.PluginFaults}, and ends at most the session it was called for. Any context.
 */
@NullMarked
package org.sluice.core.fault;

import org.jspecify.annotations.NullMarked;
